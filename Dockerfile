# The service in a container: docker build -t model-advisor . (docs/service.md says how to run it)
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN grep -oE '^[a-z0-9._-]+==[^ ;]+' requirements.lock > constraints.txt \
    && python -m venv /opt/advisor
COPY advisor advisor
COPY api api
COPY data/facts data/facts
COPY models models
RUN /opt/advisor/bin/pip install --no-cache-dir --constraint constraints.txt '.[api,postgres]'
# Snapshot and index are made here, so that the first start takes a second.
ENV ADVISOR_HOME=/data
RUN /opt/advisor/bin/advisor recommend --task retrieval --json > /dev/null

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin advisor
COPY --from=build /opt/advisor /opt/advisor
COPY --from=build --chown=advisor:advisor /data /data
ENV PATH=/opt/advisor/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ADVISOR_HOME=/data
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health/ready', timeout=4)"]
# Without ADVISOR_API_KEYS it refuses to start: it answers a network here.
CMD ["advisor", "serve", "--host", "0.0.0.0", "--port", "8000"]
