namespace AmViz.Atlas;

/// <summary>Settings of an atlas that change no picture.</summary>
public sealed record AtlasOptions
{
    /// <summary>
    /// Address of the store as a browser sees it from the atlas folder, ending in '/': <c>../</c> for a folder store that holds the
    /// atlas folder, or an absolute address of a store that people may read. Null (default): the pictures are copied into the atlas.
    /// </summary>
    public string? StoreAddress { get; init; }

    /// <summary>Pictures worked on at once. Default: one a processor.</summary>
    public int Concurrency { get; init; } = Environment.ProcessorCount;
}
