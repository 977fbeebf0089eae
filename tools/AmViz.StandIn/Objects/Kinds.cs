using AmViz.KubernetesApi;

namespace AmViz.StandIn.Objects;

/// <summary>Kinds of objects that controllers work on.</summary>
internal static class Kinds
{
    public static ApiResource Claims { get; } = Of("v1", "persistentvolumeclaims");

    public static ApiResource ConfigMaps { get; } = Of("v1", "configmaps");

    public static ApiResource Deployments { get; } = Of("apps/v1", "deployments");

    public static ApiResource Events { get; } = Of("v1", "events");

    public static ApiResource Jobs { get; } = Of("batch/v1", "jobs");

    public static ApiResource Namespaces { get; } = Of("v1", "namespaces");

    public static ApiResource Pods { get; } = Of("v1", "pods");

    public static ApiResource ReplicaSets { get; } = Of("apps/v1", "replicasets");

    public static ApiResource Secrets { get; } = Of("v1", "secrets");

    public static ApiResource Services { get; } = Of("v1", "services");

    public static ApiResource StatefulSets { get; } = Of("apps/v1", "statefulsets");

    private static ApiResource Of(string version, string plural) => ApiResource.ByGroupVersion[version].Single(resource => resource.Plural == plural);
}
