using AmViz.Weights;

namespace AmViz.Networks;

/// <summary>Where public weights come from and where they are kept.</summary>
/// <param name="KerasHost">What stands in place of <c>https://storage.googleapis.com</c> (<c>AMVIZ_KERAS_MIRROR</c>).</param>
/// <param name="HubHost">The Hugging Face hub or a mirror of it (<c>HF_ENDPOINT</c>). Default: <c>https://huggingface.co</c>.</param>
/// <param name="HubToken">Sent to that host alone, never to where it redirects (<c>HF_TOKEN</c>); null for none.</param>
/// <param name="CacheFolder">The user's folder for what can be fetched again (<c>AMVIZ_CACHE</c>). Default: <c>amviz</c> under <c>XDG_CACHE_HOME</c> or <c>~/.cache</c>.</param>
public sealed record HubSettings(Uri KerasHost, Uri HubHost, string? HubToken, string CacheFolder)
{
    /// <summary>Environment variable of the host of the Keras applications.</summary>
    public const string KerasVariable = "AMVIZ_KERAS_MIRROR";

    /// <summary>Environment variable of the hub's host; the one that Hugging Face's own tools read.</summary>
    public const string HubVariable = "HF_ENDPOINT";

    /// <summary>Environment variable of the hub's token; the one that Hugging Face's own tools read.</summary>
    public const string TokenVariable = "HF_TOKEN";

    /// <summary>Environment variable of the cache folder.</summary>
    public const string CacheVariable = "AMVIZ_CACHE";

    /// <summary>The settings of this process.</summary>
    /// <exception cref="HubException">A variable holds no address.</exception>
    public static HubSettings OfThisProcess() => Read(Environment.GetEnvironmentVariable);

    /// <summary>Settings from variables.</summary>
    /// <param name="variable">The value of an environment variable; null or empty if it is not set.</param>
    /// <exception cref="HubException">A variable holds no address.</exception>
    internal static HubSettings Read(Func<string, string?> variable) => new(
        Address(KerasVariable, variable, "https://storage.googleapis.com"), Address(HubVariable, variable, "https://huggingface.co"),
        Text(TokenVariable, variable), CacheFolderOf(variable));

    /// <summary>Where networks are kept, from variables.</summary>
    /// <param name="variable">As for <see cref="Read"/>.</param>
    internal static string CacheFolderOf(Func<string, string?> variable) => Path.GetFullPath(
        Text(CacheVariable, variable)
        ?? Path.Combine(Text("XDG_CACHE_HOME", variable) ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "amviz"));

    private static Uri Address(string name, Func<string, string?> variable, string usual)
    {
        var text = Text(name, variable) ?? usual;
        return Uri.TryCreate($"{text.TrimEnd('/')}/", UriKind.Absolute, out var address) && address.Scheme is "https" or "http"
            ? address
            : throw new HubException($"{name} is '{ErrorText.Shorten(text)}'; expected an address such as {usual}.");
    }

    private static string? Text(string name, Func<string, string?> variable) => variable(name) is { Length: > 0 } text ? text : null;
}
