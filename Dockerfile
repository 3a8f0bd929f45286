# Kindly for production: one image, run as web, dispatcher, worker or migrate (see compose.yaml).

# Fonts that are too large for git. Aside, because only a few files of these packages are kept.
FROM python:3.11-slim AS fonts
RUN apt-get update \
    && apt-get install -y --no-install-recommends fonts-noto-cjk fonts-noto-color-emoji

FROM python:3.11-slim

# tini passes signals on and collects children that nobody waits for.
RUN apt-get update \
    && apt-get install -y --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/*

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore

WORKDIR /app

# Before the code, so that a change of code does not install everything again.
COPY requirements-build.txt requirements.txt ./
RUN pip install --require-hashes -r requirements-build.txt \
    && pip install --require-hashes -r requirements.txt

COPY . .
# Editable, because assets/ and the migrations are read from where they lie.
RUN --mount=type=bind,from=fonts,source=/usr/share/fonts,target=/usr/share/fonts \
    pip install --no-deps --no-build-isolation -e . \
    && kindly fonts fetch \
    && useradd --system --uid 10001 --no-create-home kindly \
    && install -d -o kindly -g kindly /data

USER kindly
ENV KINDLY_DATA_DIR=/data \
    KINDLY_HOST=0.0.0.0 \
    KINDLY_LOG_FORMAT=json
VOLUME /data
EXPOSE 8020

ENTRYPOINT ["tini", "--"]
CMD ["gunicorn"]
