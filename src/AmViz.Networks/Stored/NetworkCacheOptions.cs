
namespace AmViz.Networks;

/// <summary>Where fetched networks are kept on this machine, and how many.</summary>
public sealed record NetworkCacheOptions
{
    /// <summary>The folder; several processes may share it. Default: <c>networks</c> in the cache folder of <see cref="HubSettings"/> (<c>~/.cache/amviz/networks</c>).</summary>
    public string Folder { get; init; } = Path.Combine(HubSettings.CacheFolderOf(Environment.GetEnvironmentVariable), "networks");

    /// <summary>Most bytes to keep; beyond it the networks that were not used for longest go, except those in use. Default: 20 GB.</summary>
    public long MaxBytes { get; init; } = 20_000_000_000;
}
