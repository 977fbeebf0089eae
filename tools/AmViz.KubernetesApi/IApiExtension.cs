using System.Net;
using System.Text.Json.Nodes;

namespace AmViz.KubernetesApi;

/// <summary>What a cluster whose pods run adds to the API.</summary>
internal interface IApiExtension
{
    /// <summary>Answers a request about a part of an object, such as the log of a pod; false: there is no such part.</summary>
    Task<bool> AnswerAsync(HttpListenerContext context, ApiCall call);

    /// <summary>Objects as kubectl prints them.</summary>
    JsonObject Table(ApiResource resource, IReadOnlyList<JsonObject> objects);
}
