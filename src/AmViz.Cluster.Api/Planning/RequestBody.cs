namespace AmViz.Cluster.Api;

/// <summary>What the body of a request to an endpoint is, for the document of the API: bodies are read within bounds, not bound.</summary>
/// <param name="Types">Media types that it may be of.</param>
/// <param name="Required">Whether there must be one.</param>
/// <param name="Description">What it says.</param>
internal sealed record RequestBody(IReadOnlyList<string> Types, bool Required, string Description)
{
    /// <summary>A spec.</summary>
    public static RequestBody Spec { get; } = new(RequestText.SpecTypes, Required: true, "A spec as examples/texturenet.yaml shows it, in YAML or JSON, at most 1 MiB. It names networks by 'model', no folders.");

    /// <summary>Another rank of a sweep.</summary>
    public static RequestBody Rank { get; } = new(RequestText.JsonTypes, Required: true, "Another rank: {\"priority\": 2, \"share\": 3}. What is left out stays as it is.");

    /// <summary>A part of a file.</summary>
    public static RequestBody Part { get; } = new(["application/octet-stream"], Required: true, "The bytes of the part, at most 8 MiB.");

    /// <summary>What an upload is to be.</summary>
    public static RequestBody Completion { get; } = new(
        RequestText.JsonTypes, Required: true, "{\"model\": NAME, \"files\": [{\"name\": PATH, \"bytes\": N, \"sha256\": HEX}, ...]}, and 'checkpointKey' where the weights have several networks.");

    /// <summary>Which tasks to retry.</summary>
    public static RequestBody Filter { get; } = new(RequestText.JsonTypes, Required: false, "Which tasks: {\"outcome\": \"failed\", \"model\": ..., \"layer\": ..., \"error\": PART, \"errorIs\": WHOLE}. Without a body all that failed.");
}
