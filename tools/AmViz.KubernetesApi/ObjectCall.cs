using System.Globalization;
using System.Text.Json.Nodes;

namespace AmViz.KubernetesApi;

/// <summary>Answers a request about objects.</summary>
internal sealed class ObjectCall(ObjectStore objects, ApiCall call)
{
    private readonly ApiResource _resource = call.Resource!;

    public async Task<(int Code, JsonObject Answer)> AnswerAsync() => (call.Method, call.Name) switch
    {
        ("GET", "") => (200, List()),
        ("GET", _) => objects.Get(_resource, call.Namespace, call.Name) is { } found ? (200, found) : Refusal(404, $"{_resource.Plural} \"{call.Name}\" not found"),
        ("POST", "") => Result(objects.Create(_resource, call.Namespace, await call.BodyAsync())),
        ("PUT", _) => Result(objects.Replace(_resource, call.Namespace, call.Name, await call.BodyAsync())),
        ("PATCH", _) => Result(objects.Patch(_resource, call.Namespace, call.Name, await call.BodyAsync(), call.Applier, call.IsStrategic)),
        ("DELETE", not "") => Deleted(objects.Delete(_resource, call.Namespace, call.Name, await GraceAsync())),
        _ => Refusal(405, $"{call.Method} {call.Path} is not known here"),
    };

    public static JsonObject Failure(int code, string message) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["status"] = "Failure",
        ["reason"] = code switch { 404 => "NotFound", 405 => "MethodNotAllowed", 409 => "AlreadyExists", 422 => "Invalid", _ => "BadRequest" },
        ["code"] = code,
        ["message"] = message,
    };

    private async Task<int?> GraceAsync()
        => call.Query("gracePeriodSeconds") is { } seconds ? int.Parse(seconds, CultureInfo.InvariantCulture) : call.HasBody ? (int?)(await call.BodyAsync())["gracePeriodSeconds"] : null;

    private JsonObject List() => new()
    {
        ["kind"] = $"{_resource.Kind}List",
        ["apiVersion"] = _resource.GroupVersion,
        ["metadata"] = new JsonObject { ["resourceVersion"] = objects.Version },
        ["items"] = new JsonArray([.. objects.List(_resource, call.Namespace).Where(call.Selects)]),
    };

    private static (int, JsonObject) Result(Change change) => change.Object is { } it ? (change.Code, it) : Refusal(change.Code, change.Message);

    private static (int, JsonObject) Deleted(Change change)
        => change.Object is null ? Refusal(change.Code, change.Message) : (200, new() { ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Success" });

    private static (int, JsonObject) Refusal(int code, string message) => (code, Failure(code, message));
}
