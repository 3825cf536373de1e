# backproof in a container: docker build -t backproof . && docker run --rm -v "$PWD:/work" backproof verify notes.deriv
FROM debian:12-slim AS build
COPY . /src
RUN cd /src && ./dev deps && ./dev install /usr/local && rm -rf /var/lib/apt/lists/*

FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
      libflint-arb2 libflint17 libgsl27 libjansson4 libopenblas0-pthread libsleef3 libutf8proc2 libxml2 libzip4 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/bin/backproof /usr/local/bin/
COPY --from=build /usr/local/share /usr/local/share
WORKDIR /work
ENTRYPOINT ["backproof"]
CMD ["--help"]
