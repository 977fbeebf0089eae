namespace AmViz.KubernetesApi;

/// <summary>A kind of object that <see cref="FakeKubernetes"/> knows.</summary>
/// <param name="Group">API group; empty for the core.</param>
/// <param name="Version">Version of the group.</param>
/// <param name="Plural">Name in addresses.</param>
/// <param name="Kind">Name in objects.</param>
/// <param name="Namespaced">Whether its objects are in namespaces.</param>
public sealed record ApiResource(string Group, string Version, string Plural, string Kind, bool Namespaced = true)
{
    /// <summary>All kinds, by group and version.</summary>
    public static ILookup<string, ApiResource> ByGroupVersion { get; } = All().ToLookup(resource => resource.GroupVersion, StringComparer.Ordinal);

    /// <summary>As <c>apiVersion</c> says it.</summary>
    public string GroupVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>What people call it.</summary>
    public IReadOnlyList<string> ShortNames => Plural switch
    {
        "configmaps" => ["cm"],
        "deployments" => ["deploy"],
        "events" => ["ev"],
        "ingresses" => ["ing"],
        "namespaces" => ["ns"],
        "persistentvolumeclaims" => ["pvc"],
        "pods" => ["po"],
        "replicasets" => ["rs"],
        "serviceaccounts" => ["sa"],
        "services" => ["svc"],
        "statefulsets" => ["sts"],
        _ => [],
    };

    private static IEnumerable<ApiResource> All() =>
    [
        new("", "v1", "configmaps", "ConfigMap"),
        new("", "v1", "events", "Event"),
        new("", "v1", "namespaces", "Namespace", Namespaced: false),
        new("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim"),
        new("", "v1", "pods", "Pod"),
        new("", "v1", "secrets", "Secret"),
        new("", "v1", "serviceaccounts", "ServiceAccount"),
        new("", "v1", "services", "Service"),
        new("apps", "v1", "deployments", "Deployment"),
        new("apps", "v1", "replicasets", "ReplicaSet"),
        new("apps", "v1", "statefulsets", "StatefulSet"),
        new("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler"),
        new("batch", "v1", "cronjobs", "CronJob"),
        new("batch", "v1", "jobs", "Job"),
        new("cert-manager.io", "v1", "certificates", "Certificate"),
        new("cert-manager.io", "v1", "issuers", "Issuer"),
        new("gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute"),
        new("keda.sh", "v1alpha1", "scaledobjects", "ScaledObject"),
        new("monitoring.coreos.com", "v1", "podmonitors", "PodMonitor"),
        new("monitoring.coreos.com", "v1", "prometheusrules", "PrometheusRule"),
        new("monitoring.coreos.com", "v1", "servicemonitors", "ServiceMonitor"),
        new("networking.k8s.io", "v1", "ingresses", "Ingress"),
        new("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy"),
        new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget"),
    ];
}
