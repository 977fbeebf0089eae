using System.Text.Json.Nodes;

namespace AmViz.KubernetesApi;

/// <summary>Tells clients which kinds there are.</summary>
internal static class Discovery
{
    public static (int Code, JsonObject Answer) Answer(string path) => path switch
    {
        "version" => (200, new() { ["major"] = "1", ["minor"] = "35", ["gitVersion"] = "v1.35.2", ["platform"] = "linux/amd64" }),
        "api" => (200, new() { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1") }),
        "apis" => (200, new() { ["kind"] = "APIGroupList", ["apiVersion"] = "v1", ["groups"] = new JsonArray([.. Groups()]) }),
        "openapi/v3" => (200, new() { ["paths"] = new JsonObject(ApiResource.ByGroupVersion.Select(group => KeyValuePair.Create<string, JsonNode?>(Place(group.First()), new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{Place(group.First())}" }))) }),
        _ when path.StartsWith("openapi/v3/", StringComparison.Ordinal) && Resources(path["openapi/v3/".Length..]) is { Length: > 0 } described => (200, OpenApi(described)),
        _ when Resources(path) is { Length: > 0 } resources => (200, new()
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = resources[0].GroupVersion,
            ["resources"] = new JsonArray([.. resources.Select(Describe), .. resources.Where(resource => resource.Group == "apps").Select(Scale)]),
        }),
        _ => (404, ObjectCall.Failure(404, $"there is nothing at /{path}")),
    };

    private static ApiResource[] Resources(string path)
        => [.. ApiResource.ByGroupVersion[path.Split('/') is ["api", var version] ? version : path.StartsWith("apis/", StringComparison.Ordinal) ? path["apis/".Length..] : ""]];

    private static string Place(ApiResource resource) => resource.Group.Length == 0 ? $"api/{resource.Version}" : $"apis/{resource.GroupVersion}";

    // No schemas: only that the server itself looks for unknown fields, so that clients need not.
    private static JsonObject OpenApi(ApiResource[] resources) => new()
    {
        ["openapi"] = "3.0.0",
        ["info"] = new JsonObject { ["title"] = "Fake", ["version"] = "v1" },
        ["paths"] = new JsonObject(resources.Select(resource => KeyValuePair.Create<string, JsonNode?>(
            $"/{Place(resource)}{(resource.Namespaced ? "/namespaces/{namespace}" : "")}/{resource.Plural}/{{name}}",
            new JsonObject
            {
                ["patch"] = new JsonObject
                {
                    ["parameters"] = new JsonArray(new JsonObject { ["name"] = "fieldValidation", ["in"] = "query", ["schema"] = new JsonObject { ["type"] = "string" } }),
                    ["responses"] = new JsonObject(),
                    ["x-kubernetes-group-version-kind"] = new JsonObject { ["group"] = resource.Group, ["version"] = resource.Version, ["kind"] = resource.Kind },
                },
            }))),
    };

    private static IEnumerable<JsonObject> Groups()
        => from resources in ApiResource.ByGroupVersion
           let first = resources.First()
           where first.Group.Length > 0
           select new JsonObject { ["name"] = first.Group, ["versions"] = new JsonArray(Version(first)), ["preferredVersion"] = Version(first) };

    private static JsonObject Version(ApiResource resource) => new() { ["groupVersion"] = resource.GroupVersion, ["version"] = resource.Version };

    private static JsonObject Scale(ApiResource resource) => new()
    {
        ["name"] = $"{resource.Plural}/scale",
        ["singularName"] = "",
        ["namespaced"] = true,
        ["group"] = "autoscaling",
        ["version"] = "v1",
        ["kind"] = "Scale",
        ["verbs"] = new JsonArray("get", "patch", "update"),
    };

    private static JsonObject Describe(ApiResource resource) => new()
    {
        ["name"] = resource.Plural,
        ["singularName"] = resource.Kind.ToLowerInvariant(),
        ["namespaced"] = resource.Namespaced,
        ["kind"] = resource.Kind,
        ["verbs"] = new JsonArray("create", "delete", "get", "list", "patch", "update", "watch"),
        ["shortNames"] = new JsonArray([.. resource.ShortNames.Select(name => (JsonNode)name)]),
        ["categories"] = resource.Kind is "Pod" or "Service" or "Deployment" or "ReplicaSet" or "StatefulSet" or "Job" or "CronJob" ? new JsonArray("all") : new JsonArray(),
    };
}
