# The service as an image: what it needs at run time, an ordinary user, and nothing to build with.

FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements.lock requirements-build.lock ./
RUN python -m venv --without-pip /opt/spendwatch \
 && python -m venv /opt/build \
 && /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements-build.lock \
 && /opt/build/bin/pip --python /opt/spendwatch/bin/python install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md CHANGELOG.md LICENSE ./
COPY config config
COPY detectors detectors
COPY alerting alerting
COPY stream stream
RUN /opt/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir dist . \
 && /opt/build/bin/pip --python /opt/spendwatch/bin/python install --no-cache-dir --no-deps dist/*.whl

FROM python:3.11-slim
RUN useradd --uid 10001 --create-home --home-dir /var/lib/spendwatch spendwatch
COPY --from=build /opt/spendwatch /opt/spendwatch
ENV PATH=/opt/spendwatch/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/tmp/matplotlib
WORKDIR /var/lib/spendwatch
USER spendwatch
ENTRYPOINT ["spendwatch"]
CMD ["--help"]
