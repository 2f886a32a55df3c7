# One image for every process of RunCoach: migrate, api, ui, worker, backup.
FROM python:3.12-slim-bookworm AS build
WORKDIR /build
COPY requirements/ requirements/
RUN python -m pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
    && uv venv --python /usr/local/bin/python /opt/venv \
    && uv pip install --no-cache --python /opt/venv/bin/python --require-hashes -r requirements/app.txt

FROM python:3.12-slim-bookworm
RUN groupadd --gid 10001 runcoach \
    && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin runcoach \
    && for folder in /data /data/originals /data/raw_payloads /logs /backups; do \
         install -d -o 10001 -g 10001 -m 0750 "$folder"; done
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY activities/ activities/
COPY agent/ agent/
COPY api/ api/
COPY migrations/ migrations/
COPY runcoach/ runcoach/
COPY ui/ ui/
COPY workflows/ workflows/
COPY deploy/compose/backup.sh deploy/compose/backup.sh
COPY scripts/link_project.py scripts/link_project.py
RUN /opt/venv/bin/python scripts/link_project.py \
    && /opt/venv/bin/python -m compileall -q activities agent api runcoach ui workflows
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    RUNCOACH_BIND_HOST=0.0.0.0 \
    RUNCOACH_DATA_DIR=/data \
    RUNCOACH_LOG_DIR=/logs \
    GRADIO_ANALYTICS_ENABLED=False
USER 10001:10001
EXPOSE 8000 7860
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 CMD ["runcoach", "ping", "api"]
ENTRYPOINT ["runcoach"]
CMD ["api"]
