# The image of AmViz: one program, amviz, for silos of every role and for the commands that people and Jobs run.
#
#   docker build --tag amviz:0.1.0 .
#   docker build --tag amviz:0.1.0-cuda --build-arg TORCH_BACKEND=cuda .
#
# TorchSharp's packages bring their own CUDA and OpenMP: no CUDA base image, and of the node only the driver. libtorch exists for
# x86-64 with glibc alone; on another machine build with --platform linux/amd64.

# By digest, such as mcr.microsoft.com/dotnet/sdk:10.0@sha256:..., a build is of what was looked at (docs/operations.md, Install).
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0

FROM ${SDK_IMAGE} AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends binutils \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source

# All that packages depend on, and no source: a change of code restores nothing.
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY eng/ eng/
COPY src/AmViz.Atlas/AmViz.Atlas.csproj src/AmViz.Atlas/packages.lock.json src/AmViz.Atlas/
COPY src/AmViz.Cli/AmViz.Cli.csproj src/AmViz.Cli/packages.lock.json src/AmViz.Cli/
COPY src/AmViz.Cluster.Abstractions/AmViz.Cluster.Abstractions.csproj src/AmViz.Cluster.Abstractions/packages.lock.json src/AmViz.Cluster.Abstractions/
COPY src/AmViz.Cluster.Api/AmViz.Cluster.Api.csproj src/AmViz.Cluster.Api/packages.lock.json src/AmViz.Cluster.Api/
COPY src/AmViz.Cluster.Client/AmViz.Cluster.Client.csproj src/AmViz.Cluster.Client/packages.lock.json src/AmViz.Cluster.Client/
COPY src/AmViz.Cluster.Console/AmViz.Cluster.Console.csproj src/AmViz.Cluster.Console/packages.lock.json src/AmViz.Cluster.Console/
COPY src/AmViz.Cluster.Grains/AmViz.Cluster.Grains.csproj src/AmViz.Cluster.Grains/packages.lock.json src/AmViz.Cluster.Grains/
COPY src/AmViz.Cluster.Http/AmViz.Cluster.Http.csproj src/AmViz.Cluster.Http/packages.lock.json src/AmViz.Cluster.Http/
COPY src/AmViz.Cluster.Silo/AmViz.Cluster.Silo.csproj src/AmViz.Cluster.Silo/packages.lock.json src/AmViz.Cluster.Silo/
COPY src/AmViz.Drawing/AmViz.Drawing.csproj src/AmViz.Drawing/packages.lock.json src/AmViz.Drawing/
COPY src/AmViz.Imaging/AmViz.Imaging.csproj src/AmViz.Imaging/packages.lock.json src/AmViz.Imaging/
COPY src/AmViz.Maximization/AmViz.Maximization.csproj src/AmViz.Maximization/packages.lock.json src/AmViz.Maximization/
COPY src/AmViz.Models/AmViz.Models.csproj src/AmViz.Models/packages.lock.json src/AmViz.Models/
COPY src/AmViz.Networks/AmViz.Networks.csproj src/AmViz.Networks/packages.lock.json src/AmViz.Networks/
COPY src/AmViz.Onnx/AmViz.Onnx.csproj src/AmViz.Onnx/packages.lock.json src/AmViz.Onnx/
COPY src/AmViz.Responses/AmViz.Responses.csproj src/AmViz.Responses/packages.lock.json src/AmViz.Responses/
COPY src/AmViz.Storage/AmViz.Storage.csproj src/AmViz.Storage/packages.lock.json src/AmViz.Storage/
COPY src/AmViz.Sweeps/AmViz.Sweeps.csproj src/AmViz.Sweeps/packages.lock.json src/AmViz.Sweeps/
COPY src/AmViz.Weights/AmViz.Weights.csproj src/AmViz.Weights/packages.lock.json src/AmViz.Weights/
ARG TORCH_BACKEND=cpu
# A package that is not the one in packages.lock.json ends the build. (Those of cuda have no such file.)
RUN dotnet restore src/AmViz.Cli --runtime linux-x64 -p:TorchBackend=${TORCH_BACKEND} $([ "${TORCH_BACKEND}" != cpu ] || echo --locked-mode)

COPY src/ src/
# There is no git history here to read a version from.
ARG VERSION=0.1.0
# Analyzers had their say when the change was tested. The need of TorchSharp for a new libstdc++ is weakened (eng/Libtorch.targets)
# whatever this stage runs on, because the image below may be exchanged for an older one.
RUN dotnet publish src/AmViz.Cli --no-restore --configuration Release --runtime linux-x64 --no-self-contained --output /program \
      -p:TorchBackend=${TORCH_BACKEND} -p:MinVerVersionOverride=${VERSION} -p:WeakenLibstdcxxNeed=always \
      -p:RunAnalyzers=false -p:GenerateDocumentationFile=false -p:PublishReferencesDocumentationFiles=false \
    && chmod -R a+rX /program

# Natives change with TorchSharp only, so they get a layer of their own and an upgrade of AmViz pulls megabytes; their date is fixed
# for that layer to come out the same. A fifth of libtorch_cpu is symbols for debuggers; CUDA's files are left as they are, because
# nobody has run them stripped.
RUN mkdir --parents /natives/app \
    && mv /program/*.so /program/*.so.* /natives/app/ \
    && if [ "${TORCH_BACKEND}" = cpu ]; then strip --strip-unneeded /natives/app/libtorch_cpu.so; fi \
    && find /natives -exec touch --date=@0 {} +

FROM ${RUNTIME_IMAGE}
COPY --from=build /natives/ /
# The only folders that are written besides /tmp. In a cluster both are volumes.
RUN ln -s /app/amviz /usr/local/bin/amviz \
    && install --directory --owner="${APP_UID}" --group="${APP_UID}" /data /var/cache/amviz
COPY --from=build /program/ /app/

# No diagnostics: their pipes are made at every start, which fails where nothing can be written; set it to 1 for dotnet-dump and
# dotnet-trace. Threads of OpenMP that wait must not spin: there are more of them than cores.
ENV AMVIZ_CACHE=/var/cache/amviz \
    DOTNET_EnableDiagnostics=0 \
    OMP_WAIT_POLICY=PASSIVE

# health and metrics, silo, gateway
EXPOSE 8080 11111 30000
WORKDIR /data
# A number, because Kubernetes takes no name's word for not being root.
USER ${APP_UID}
ENTRYPOINT ["amviz"]

# Last, because they change with every build.
ARG RUNTIME_IMAGE
ARG TORCH_BACKEND=cpu
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="AmViz" \
      org.opencontainers.image.description="Draws what excites every channel of a vision network, on one machine or a cluster" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.vendor="The AmViz contributors" \
      org.opencontainers.image.base.name="${RUNTIME_IMAGE}" \
      amviz.torch.backend="${TORCH_BACKEND}"
