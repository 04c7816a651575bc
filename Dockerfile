# The image in which `ci` can run: Python 3.11 with the locked packages, Java 17, Azurite and the
# Pulumi CLI. It holds no code of the project but what sets these up: the checkout is mounted.
#
#   docker build --tag dataopsml-ci .
#   docker run --rm --volume "$PWD:/src" dataopsml-ci make test
FROM python:3.11-slim-bookworm

# Debian's own updates set these versions; the base image's tag moves with them.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git make procps \
    && rm -rf /var/lib/apt/lists/*

ENV DATAOPSML_CACHE=/opt/dataopsml/cache
WORKDIR /opt/dataopsml/project

# Only what decides what is installed, so that a change of anything else costs nothing here.
COPY Makefile requirements.lock package.json package-lock.json ./
COPY tools tools
RUN make setup-python
COPY localcloud localcloud
RUN make setup && rm -rf /opt/dataopsml/cache/uv-cache /opt/dataopsml/cache/npm

COPY tools/in_image.sh /usr/local/bin/in-image
RUN git config --system --add safe.directory /src
WORKDIR /src
ENTRYPOINT ["in-image"]
CMD ["make", "check"]
