using AmViz.Atlas.Output;
using AmViz.Atlas.Photographs;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Atlas.Data;

/// <summary>Photographs that show what a channel responds to.</summary>
/// <param name="Quantile99">99 of 100 photographs respond less; null if no response is finite.</param>
/// <param name="BestLabel">The label that the channel tells best from the others; null without labels.</param>
/// <param name="BestArea">Area under its ROC curve.</param>
/// <param name="Top">Those that excite it most, the strongest first.</param>
/// <param name="Middle">Those that stand at quantiles of all, the weakest first.</param>
/// <param name="Bottom">Those that excite it least, the weakest first.</param>
internal sealed record ChannelPhotographsDoc(
    float? Quantile99, string? BestLabel, double? BestArea, IReadOnlyList<PhotographDoc> Top, IReadOnlyList<PhotographDoc> Middle, IReadOnlyList<PhotographDoc> Bottom)
{
    /// <summary>Takes those of a channel out of the tables of a layer.</summary>
    /// <returns>Null without a pass, or where it knows nothing of the channel.</returns>
    public static ChannelPhotographsDoc? Of(PhotographTables? tables, int channel)
    {
        if (tables?.Channels.GetValueOrDefault(channel) is not { } row)
        {
            return null;
        }

        IReadOnlyList<PhotographDoc> Shown(ExampleKind kind) => [.. tables.Of(channel, kind).Select(PhotographDoc.Of)];
        return new(row.Quantile99, row.BestLabel, row.BestArea, Shown(ExampleKind.Top), Shown(ExampleKind.Quantile), Shown(ExampleKind.Bottom));
    }
}

/// <summary>A photograph as an example of what a channel responds to.</summary>
/// <param name="Name">Path below the folder, or as the list has it.</param>
/// <param name="Label">Its label; null for none.</param>
/// <param name="Response">The channel's response.</param>
/// <param name="Crop">Address of its small crop from the atlas folder; null where none was made.</param>
internal sealed record PhotographDoc(string Name, string? Label, float Response, string? Crop)
{
    /// <summary>A row of <c>examples.parquet</c>.</summary>
    public static PhotographDoc Of(StoredExample example)
        => new(example.Name, example.Label, example.Response, example.Crop is { } crop ? AtlasPaths.Crop(CropName.Of(crop)) : null);
}
