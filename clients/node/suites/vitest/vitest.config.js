export default { test: { globalSetup: "segmock/global-setup", reporters: "default" } };
