export default { test: { globalSetup: "segmock/global-setup", globals: true } };
