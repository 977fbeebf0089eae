using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using AmViz.StandIn.Objects;
using AmViz.StandIn.Pods;
using AmViz.KubernetesApi;

namespace AmViz.StandIn.Api;

/// <summary>Logs, commands, evictions and sizes.</summary>
internal sealed class Subresources(ClusterObjects objects, PodRuntime runtime) : IApiExtension
{
    private readonly PodLog _log = new(runtime);
    private readonly PodExec _exec = new(runtime);

    /// <inheritdoc/>
    public async Task<bool> AnswerAsync(HttpListenerContext context, ApiCall call)
    {
        if (objects.Get(call.Resource!, call.Namespace, call.Name) is not { } it)
        {
            await FakeKubernetes.SendAsync(context.Response, 404, ObjectCall.Failure(404, $"{call.Resource!.Plural} \"{call.Name}\" not found"));
            return true;
        }

        switch (call.Resource!.Kind, call.Subresource)
        {
            case ("Pod", "log"):
                await _log.AnswerAsync(context, call, it);
                return true;
            case ("Pod", "exec"):
                await _exec.AnswerAsync(context, call, it);
                return true;
            case ("Pod", "eviction"):
                await EvictAsync(context, call, it);
                return true;
            case ("Pod", "portforward"):
                await FakeKubernetes.SendAsync(context.Response, 405, ObjectCall.Failure(405, $"The stand-in cluster forwards no ports: the pod can be reached on this machine as {it.Text("status", "podIP")}"));
                return true;
            case ("Deployment" or "ReplicaSet" or "StatefulSet", "scale"):
                await ScaleAsync(context, call, it);
                return true;
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    public JsonObject Table(ApiResource resource, IReadOnlyList<JsonObject> shown) => Tables.Of(resource, shown, objects.Time);

    // As a drain of a node asks for it: a pod that had to make room is nobody's failure.
    private async Task EvictAsync(HttpListenerContext context, ApiCall call, JsonObject pod)
    {
        var options = (await call.BodyAsync()).At("deleteOptions");
        objects.UpdateStatus(Kinds.Pods, pod, status => status.SetCondition("DisruptionTarget", holds: true, "EvictionByEvictionAPI", objects.Now, "Eviction API: evicting"));
        objects.Delete(Kinds.Pods, pod, options.Number("gracePeriodSeconds"));
        await FakeKubernetes.SendAsync(context.Response, 201, new() { ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Success" });
    }

    private async Task ScaleAsync(HttpListenerContext context, ApiCall call, JsonObject it)
    {
        if (call.Method is "PUT" or "PATCH" && (await call.BodyAsync()).Number("spec", "replicas") is { } replicas)
        {
            objects.Update(call.Resource!, it, now =>
            {
                now["spec"]!["replicas"] = replicas;
                now["metadata"]!["generation"] = now.Number("metadata", "generation") + 1;
            });
            it = objects.Get(call.Resource!, call.Namespace, call.Name) ?? it;
        }

        var selector = string.Join(',', it.Map("spec", "selector", "matchLabels").Select(label => $"{label.Name}={label.Value}"));
        var metadata = it["metadata"]!;
        await FakeKubernetes.SendAsync(context.Response, 200, new()
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = new JsonObject { ["name"] = it.Name(), ["namespace"] = it.Space(), ["uid"] = it.Uid(), ["resourceVersion"] = metadata["resourceVersion"]?.DeepClone() },
            ["spec"] = new JsonObject { ["replicas"] = it.Number("spec", "replicas") },
            ["status"] = new JsonObject { ["replicas"] = it.Number("status", "replicas") ?? 0, ["selector"] = selector },
        });
    }
}
