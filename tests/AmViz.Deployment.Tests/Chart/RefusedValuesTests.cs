using System.Text.RegularExpressions;

namespace AmViz.Deployment.Tests.Chart;

/// <summary>Values that the schema or the validations refuse, and what is said.</summary>
public sealed class RefusedValuesTests
{
    private const string Sweep = "spec: {models: [{model: texturenet}]}";
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /// <summary>Values, and part of what the schema says of them.</summary>
    public static TheoryData<string, string> AgainstTheSchema => new()
    {
        { "tiral: true", "tiral" },
        { "trial: \"yes\"", "/trial" },
        { "fullnameOverride: Amviz", "/fullnameOverride" },
        { "commonLabels: {app.kubernetes.io/name: mine}", "app.kubernetes.io/name" },
        { "commonLabels: {a: 1}", "/commonLabels/a" },
        { "logFormat: xml", "/logFormat" },
        { "proxy: {https: \"http://user:password@proxy:3128\"}", "/proxy/https" },
        { "tests: {podLabels: {amviz/client: \"false\"}}", "amviz/client" },
        { "redis: {own: {extraVolumeMounts: [{name: a}]}}", "mountPath" },
        { "image: {repositry: a}", "repositry" },
        { "image: {repository: \"\"}", "/image/repository" },
        { "image: {digest: sha256:12}", "/image/digest" },
        { "image: {pullPolicy: Sometimes}", "/image/pullPolicy" },
        { "imagePullSecrets: [registry]", "/imagePullSecrets/0" },
        { "cluster: {probeSeconds: 0}", "/cluster/probeSeconds" },
        { "cluster: {clusterId: a b}", "/cluster/clusterId" },
        { "cluster: {tls: {certManager: {duration: 90d}}}", "/cluster/tls/certManager/duration" },
        { "api: {service: {type: ExternalName}}", "/api/service/type" },
        { "api: {service: {port: 0}}", "/api/service/port" },
        { "api: {ingress: {hosts: [\"https://amviz.example\"]}}", "/api/ingress/hosts/0" },
        { "api: {ingress: {tls: [{hosts: [amviz.example]}]}}", "secretName" },
        { "api: {route: {parentRefs: [{namespace: gateways}]}}", "name" },
        { "api: {paths: []}", "/api/paths" },
        { "api: {tls: {existingSecret: A}}", "/api/tls/existingSecret" },
        { "api: {oidc: {issuer: \"http://login.example\"}}", "/api/oidc/issuer" },
        { "api: {oidc: {submit: [\"artists,scientists\"]}}", "/api/oidc/submit/0" },
        { "api: {limits: {rate: 0}}", "/api/limits/rate" },
        { "api: {keepSweeps: 90}", "/api/keepSweeps" },
        { "api: {keepSweeps: 3 months}", "/api/keepSweeps" },
        { "redis: {own: {persistence: {size: lots}}}", "/redis/own/persistence/size" },
        { "redis: {own: {password: {value: hunter2}}}", "value" },
        { "redis: {address: redis://a}", "address" },
        { "store: {kind: s3}", "/store/kind" },
        { "store: {folder: {accessMode: ReadOnlyMany}}", "/store/folder/accessMode" },
        { "store: {azure: {container: A}}", "/store/azure/container" },
        { "store: {azure: {connectionString: AccountKey=1}}", "connectionString" },
        { "store: {azure: {authentication: key}}", "/store/azure/authentication" },
        { "store: {azure: {serviceVersion: newest}}", "/store/azure/serviceVersion" },
        { "coordinators: {replicas: 0}", "/coordinators/replicas" },
        { "coordinators: {replicas: 2.5}", "/coordinators/replicas" },
        { "coordinators: {drainBudgetSeconds: -1}", "/coordinators/drainBudgetSeconds" },
        { "coordinators: {resources: {limits: {cpu: \"1\"}}}", "/coordinators/resources/limits/cpu" },
        { "coordinators: {extraEnv: [{value: a}]}", "/coordinators/extraEnv/0" },
        { "poolDefaults: {device: tpu}", "/poolDefaults/device" },
        { "devicePools: {name: a}", "/devicePools" },
        { "devicePools: [{device: cpu}]", "name" },
        { "devicePools: [{name: A_100}]", "/devicePools/0/name" },
        { "devicePools: [{name: abcdefghijklmnopqrstu}]", "/devicePools/0/name" },
        { "devicePools: [{name: a, replicas: -1}]", "/devicePools/0/replicas" },
        { "devicePools: [{name: a, batch: 0}]", "/devicePools/0/batch" },
        { "devicePools: [{name: a, workers: 0}]", "/devicePools/0/workers" },
        { "devicePools: [{name: a, stuckAfterSeconds: 0}]", "/devicePools/0/stuckAfterSeconds" },
        { "devicePools: [{name: a, maxUnavailable: some}]", "/devicePools/0/maxUnavailable" },
        { "devicePools: [{name: a, gpu: {resource: amd.com/gpu}}]", "/devicePools/0/gpu/resource" },
        { "devicePools: [{name: a, gpu: {count: 2}}]", "count" },
        { "devicePools: [{name: a, autoscaling: {kind: vpa}}]", "/devicePools/0/autoscaling/kind" },
        { "devicePools: [{name: a, autoscaling: {maxReplicas: 0}}]", "/devicePools/0/autoscaling/maxReplicas" },
        { $"sweeps: [{{{Sweep}}}]", "name" },
        { "sweeps: [{name: a}]", "spec" },
        { "sweeps: [{name: a, spec: {models: []}}]", "/sweeps/0/spec/models" },
        { $"sweeps: [{{name: redis, {Sweep}}}]", "/sweeps/0/name" },
        { $"sweeps: [{{name: a, kind: local, {Sweep}}}]", "/sweeps/0/kind" },
        { $"sweeps: [{{name: a, share: 0, {Sweep}}}]", "/sweeps/0/share" },
        { $"sweeps: [{{name: a, cluster: {{pods: 0}}, {Sweep}}}]", "/sweeps/0/cluster/pods" },
        { "metrics: {queryLabels: {a-b: c}}", "a-b" },
        { "metrics: {monitor: {kind: probe}}", "/metrics/monitor/kind" },
        { "metrics: {prometheusRule: {disabled: [AmVizNothing]}}", "/metrics/prometheusRule/disabled/0" },
        { "telemetry: {endpoint: \"collector:4317\"}", "/telemetry/endpoint" },
        { "telemetry: {protocol: udp}", "/telemetry/protocol" },
        { "dashboard: {token: hunter2}", "token" },
        { "networkPolicy: {outside: [everywhere]}", "/networkPolicy/outside/0" },
        { "networkPolicy: {redisPort: 0}", "/networkPolicy/redisPort" },
        { "podDisruptionBudget: {pools: half}", "/podDisruptionBudget/pools" },
        { "tests: {timeoutSeconds: 0}", "/tests/timeoutSeconds" },
        { "extraObjects: [1]", "/extraObjects/0" },
    };

    /// <summary>Values that do not go together, and the fix that is named.</summary>
    public static TheoryData<string, string> Together => new()
    {
        { "fullnameOverride: abcdefghijklmnopqrstuvwxyz123", "has 29 characters, and pods of sweeps have room for 28. Choose a shorter release name, or set fullnameOverride" },
        { "coordinators: {replicas: 1}", "Set it to 2 or more, or trial=true" },
        { "cluster: {tls: {existingSecret: \"\"}}", "Set one of: cluster.tls.certManager.enabled=true" },
        { "cluster: {tls: {enabled: true, existingSecret: \"\"}}", "cluster.tls.enabled=false to go without" },
        { "cluster: {tls: {enabled: false}}", "Leave cluster.tls.enabled out, or the certificates" },
        { "cluster: {tls: {certManager: {enabled: true}}}", "cluster.tls.existingSecret and cluster.tls.certManager.enabled are both set" },
        { "api: {tls: {existingSecret: a, certManager: {enabled: true, issuerRef: {name: b}}}}", "api.tls.existingSecret and api.tls.certManager.enabled are both set" },
        { "api: {tls: {certManager: {enabled: true}}}", "Set it to an Issuer or ClusterIssuer" },
        { "api: {ingress: {enabled: true}}", "Set it to the hosts of the API" },
        { "api: {route: {enabled: true}}", "Set it to a Gateway" },
        { "api: {service: {loadBalancerSourceRanges: [10.0.0.0/8]}}", "Set api.service.type=LoadBalancer" },
        { "api: {oidc: {issuer: \"https://a\", admin: [b]}}", "api.oidc.audience is empty" },
        { "api: {oidc: {issuer: \"https://a\", audience: b}}", "nobody gets a role. Set api.oidc.read, api.oidc.submit or api.oidc.admin" },
        { "api: {oidc: {admin: [a]}}", "api.oidc.issuer is empty, so no token opens anything. Set it" },
        { "{api: {service: {enabled: true}}, networkPolicy: {apiFrom: [{podSelector: {matchLabels: {a: b}}}]}}", "Set metricsFrom to the pods of Prometheus" },
        { "{api: {service: {enabled: true}}, networkPolicy: {apiFrom: []}}", "Set metricsFrom to the pods of Prometheus" },
        { "redis: {existingSecret: a}", "Set redis.own.enabled=false" },
        { "redis: {own: {enabled: false}}", "set redis.existingSecret=amviz-redis" },
        { "store: {kind: azure, azure: {existingSecret: a}}", "store.azure.container is empty. Set it" },
        { "store: {kind: azure, azure: {container: abc}}", "set store.azure.existingSecret=amviz-store" },
        { "store: {kind: azure, azure: {container: abc, authentication: workloadIdentity, clientId: a}}", "set it to https://NAME.blob.core.windows.net" },
        { "store: {kind: azure, azure: {container: abc, authentication: workloadIdentity, accountUrl: \"https://a\"}}", "store.azure.clientId is empty. Set it" },
        { "store: {kind: azure, azure: {container: abc, authentication: workloadIdentity, accountUrl: \"https://a\", clientId: a, existingSecret: b}}", "a workload identity needs no secret. Leave it empty" },
        { "store: {kind: azure, azure: {container: abc, existingSecret: a, accountUrl: \"https://a\"}}", "store.azure.accountUrl is for workloadIdentity" },
        { "store: {kind: azure, azure: {container: abc, authentication: workloadIdentity, clientId: a, accountUrl: \"https://a?sig=b\"}}", "set store.azure.authentication=signedUrl" },
        { "store: {azure: {container: abc}}", "Set store.kind=azure" },
        { "store: {folder: {accessMode: ReadWriteOnce}}", "Set it to ReadWriteMany, or trial=true" },
        { "{serviceAccount: {create: false}, store: {kind: azure, azure: {container: abc, authentication: workloadIdentity, accountUrl: \"https://a\"}}}", "Set serviceAccount.name" },
        { "caBundle: {existingConfigMap: a, existingSecret: b}", "Put all certificates into one of them" },
        { "dashboard: {enabled: true}", "set dashboard.existingSecret=amviz-dashboard" },
        { "devicePools: [{name: a}, {name: a}]", "devicePools[1] (a): another pool has that name" },
        { "devicePools: [{name: a, gpu: {product: T4}}]", "devicePools[0] (a): gpu.product is set, but device is cpu. Set device=cuda" },
        { "{metrics: {prometheusAddress: \"http://a\"}, devicePools: [{name: a, autoscaling: {kind: keda, minReplicas: 5}}]}", "minReplicas is 5, above maxReplicas 4" },
        { "devicePools: [{name: a, autoscaling: {kind: hpa}}]", "Set it to 1, or autoscaling.kind=keda" },
        { "devicePools: [{name: a, autoscaling: {kind: keda}}]", "metrics.prometheusAddress is empty. Set it" },
        { $"sweeps: [{{name: a, {Sweep}}}, {{name: a, {Sweep}}}]", "sweeps[1] (a): another sweep has that name" },
        { $"sweeps: [{{name: a, pool: gpu, {Sweep}}}]", "there is no pool 'gpu', so nobody would draw it. There are: cpu" },
        { $"sweeps: [{{name: a, kind: cluster, again: true, share: 2, {Sweep}}}]", "sweeps[0] (a): again, share: for sweeps that are submitted" },
        { $"sweeps: [{{name: a, kind: cluster, nodeSelector: {{a: b}}, {Sweep}}}]", "What is meant for its silos belongs into cluster" },
        { $"sweeps: [{{name: a, extraEnv: [{{name: API_TOKEN, value: a}}], {Sweep}}}]", "sweeps[0] (a).extraEnv: API_TOKEN" },
        { $"sweeps: [{{name: a, cluster: {{pods: 3}}, {Sweep}}}]", "sweeps[0] (a): cluster is for sweeps with silos of their own" },
        { $"sweeps: [{{name: a, queue: b, suspend: true, {Sweep}}}]", "Kueue alone says when the Job runs. Leave suspend out" },
        { $"image: {{tag: 0.2.0, digest: \"{Digest}\"}}", "To go by tags, set image.digest to nothing (--set image.digest=); to go by digests, leave image.tag empty" },
        { $"image: {{tag: 0.2.0, cudaDigest: \"{Digest}\"}}", "image.tag is '0.2.0' and image.cudaDigest is set too" },
        { $"devicePools: [{{name: a, image: {{tag: 0.2.0, digest: \"{Digest}\"}}}}]", "devicePools[0] (a): image.tag is '0.2.0' and image.digest is set too" },
        { $"{{poolDefaults: {{image: {{digest: \"{Digest}\"}}}}, sweeps: [{{name: a, kind: cluster, cluster: {{image: {{tag: b}}}}, {Sweep}}}]}}", "sweeps[0] (a).cluster: image.tag is 'b' and image.digest is set too" },
        { "coordinators: {extraEnv: [{name: AMVIZ__Storage__Azure__ConnectionString, value: a}]}", "Put it into a secret and use valueFrom.secretKeyRef" },
        { "devicePools: [{name: a, extraEnv: [{name: API_TOKEN, value: a}]}]", "devicePools[0] (a).extraEnv: API_TOKEN" },
    };

    [Theory]
    [MemberData(nameof(AgainstTheSchema))]
    public async Task TheSchemaNamesThePlace(string values, string place)
    {
        var run = await Release.TryAsync(values);
        Assert.NotEqual(0, run.Code);
        Assert.Contains("schema", run.Errors, StringComparison.Ordinal);
        Assert.Contains(place, run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Together))]
    public async Task TheValidationsNameTheFix(string values, string fix)
    {
        var run = await Release.TryAsync(values);
        Assert.NotEqual(0, run.Code);
        Assert.Contains(fix, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AKubernetesWithoutSidecarsIsRefused()
    {
        var run = await Release.TryAsync("{}", "--kube-version", "1.28.0");
        Assert.Contains("chart requires kubeVersion: >=1.29.0-0", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AllProblemsAreToldAtOnce()
    {
        var run = await Release.TryAsync("{coordinators: {replicas: 1}, dashboard: {enabled: true}, redis: {own: {enabled: false}}}");
        Assert.All(["trial=true", "dashboard.existingSecret", "redis.existingSecret"], fix => Assert.Contains(fix, run.Errors, StringComparison.Ordinal));
    }

    [Fact]
    public void EveryValidationIsTried()
    {
        var validations = Regex.Count(File.ReadAllText(Path.Combine(Release.Folder, "templates", "validations.yaml")), "append \\$problems", RegexOptions.None, TimeSpan.FromSeconds(1));
        Assert.InRange(Together.Count, validations, int.MaxValue);
    }
}
