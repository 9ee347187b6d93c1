# The emulator as an image: `docker build -t segmock .`; docs/containers.md says how it is used.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /source
RUN python -m venv --without-pip /opt/segmock
COPY locks/build.txt locks/runtime.txt locks/
RUN pip install --quiet --no-deps --require-hashes --requirement locks/build.txt \
 && pip --python /opt/segmock/bin/python install --quiet --no-deps --require-hashes --requirement locks/runtime.txt
COPY . .
RUN pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /wheel . \
 && pip --python /opt/segmock/bin/python install --quiet --no-deps --no-index /wheel/*.whl

FROM python:${PYTHON}-slim
LABEL org.opencontainers.image.title="segmock" \
      org.opencontainers.image.description="A faithful local emulator of the Segmind generative-media gateway" \
      org.opencontainers.image.licenses="MIT"
RUN groupadd --gid 10001 segmock \
 && useradd --no-log-init --uid 10001 --gid segmock --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin segmock
COPY --from=build /opt/segmock /opt/segmock
# Others can reach a container, so there is a token: SEGMOCK_ADMIN_TOKEN, or one that the log tells.
ENV PATH=/opt/segmock/bin:$PATH \
    SEGMOCK_ADMIN_TOKEN_RANDOM=true \
    SEGMOCK_HOST=0.0.0.0 \
    SEGMOCK_PORT=8765
# A number, so that Kubernetes can see that it is not root's.
USER 10001:10001
WORKDIR /segmock
EXPOSE 8765
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s \
  CMD segmock ping --url "${SEGMOCK_URL:-http://127.0.0.1:$SEGMOCK_PORT}"
ENTRYPOINT ["segmock"]
CMD ["serve"]
