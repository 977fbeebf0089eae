using AmViz.Responses;

namespace AmViz.Storage;

/// <summary>A photograph that is shown for a channel, with what was cut out of it.</summary>
/// <param name="Example">Which photograph, why, and the response.</param>
/// <param name="Name">Its path below the folder, or as the list has it.</param>
/// <param name="Label">Its label; null for none.</param>
/// <param name="Place">Row and column of the position in the map; -1 for what has no place in it, such as a class token.</param>
/// <param name="Field">Theoretical receptive field of the position, in the picture that the network was given.</param>
/// <param name="Effective">Effective receptive field; null where it was not measured or nothing moves the value.</param>
/// <param name="Crop">Path of the crop in the store; null if none was made.</param>
public sealed record ShownExample(ExampleRow Example, string Name, string? Label, (int Row, int Column) Place, PixelBox Field, PixelBox? Effective, BlobPath? Crop);

/// <summary>The columns of the tables of a pass. Columns are made anew for each file.</summary>
internal static class ResponseTables
{
    public const string Channels = "responses";
    public const string Examples = "examples";
    public const string Labels = "labels";
    public const string Coactivation = "coactivation";

    /// <summary>Facts about the table of a layer.</summary>
    public static IReadOnlyDictionary<string, string> Metadata(ResponsePlan plan, string layer) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["amviz.model"] = plan.Model,
        ["amviz.weightsDigest"] = plan.WeightsDigest,
        ["amviz.layer"] = layer,
        ["amviz.pass"] = plan.Id,
    };

    public static IReadOnlyList<ParquetColumn<ChannelRow>> ChannelColumns()
        =>
        [
            new ValueColumn<ChannelRow, int>("channel", row => row.Channel),
            new TextColumn<ChannelRow>("label", row => row.Label, optional: true),
            new ValueColumn<ChannelRow, long>("photographs", row => row.Photographs),
            new ValueColumn<ChannelRow, long>("notFinite", row => row.NotFinite),
            new OptionalColumn<ChannelRow, double>("mean", row => row.Mean),
            new OptionalColumn<ChannelRow, double>("deviation", row => row.Deviation),
            new OptionalColumn<ChannelRow, double>("mapMean", row => row.MapMean),
            new OptionalColumn<ChannelRow, double>("zeroShare", row => row.ZeroShare),
            .. LayerReport.QuantileShares.Select((share, i) => new OptionalColumn<ChannelRow, float>(FormattableString.Invariant($"q{100 * share:00}"), row => row.Quantiles[i])),
            new ValueColumn<ChannelRow, double>("quantileError", row => row.QuantileError),
            new TextColumn<ChannelRow>("bestLabel", row => row.BestLabel, optional: true),
            new OptionalColumn<ChannelRow, double>("bestAuc", row => row.BestArea),
            new OptionalColumn<ChannelRow, double>("bestAucError", row => row.BestAreaError),
        ];

    public static IReadOnlyList<ParquetColumn<ShownExample>> ExampleColumns()
        =>
        [
            new ValueColumn<ShownExample, int>("channel", row => row.Example.Channel),
#pragma warning disable CA1308 // A word of a file, not a key to compare by.
            new TextColumn<ShownExample>("kind", row => row.Example.Kind.ToString().ToLowerInvariant()),
#pragma warning restore CA1308
            new ValueColumn<ShownExample, int>("rank", row => row.Example.Rank),
            new TextColumn<ShownExample>("photograph", row => row.Example.Digest.ToString()),
            new ValueColumn<ShownExample, long>("number", row => row.Example.Number),
            new TextColumn<ShownExample>("name", row => row.Name),
            new TextColumn<ShownExample>("label", row => row.Label, optional: true),
            new ValueColumn<ShownExample, float>("response", row => row.Example.Response),
            new ValueColumn<ShownExample, int>("row", row => row.Place.Row),
            new ValueColumn<ShownExample, int>("column", row => row.Place.Column),
            new ValueColumn<ShownExample, int>("left", row => row.Field.Left),
            new ValueColumn<ShownExample, int>("top", row => row.Field.Top),
            new ValueColumn<ShownExample, int>("width", row => row.Field.Width),
            new ValueColumn<ShownExample, int>("height", row => row.Field.Height),
            new OptionalColumn<ShownExample, int>("effectiveLeft", row => row.Effective?.Left),
            new OptionalColumn<ShownExample, int>("effectiveTop", row => row.Effective?.Top),
            new OptionalColumn<ShownExample, int>("effectiveWidth", row => row.Effective?.Width),
            new OptionalColumn<ShownExample, int>("effectiveHeight", row => row.Effective?.Height),
            new TextColumn<ShownExample>("crop", row => row.Crop?.Value, optional: true),
        ];

    public static IReadOnlyList<ParquetColumn<LabelRow>> LabelColumns()
        =>
        [
            new ValueColumn<LabelRow, int>("channel", row => row.Channel),
            new TextColumn<LabelRow>("label", row => row.Label),
            new ValueColumn<LabelRow, long>("photographs", row => row.Photographs),
            new ValueColumn<LabelRow, double>("auc", row => row.Area),
            new ValueColumn<LabelRow, double>("aucError", row => row.Error),
        ];

    public static IReadOnlyList<ParquetColumn<CoactivationRow>> CoactivationColumns()
        =>
        [
            new ValueColumn<CoactivationRow, int>("channel", row => row.Channel),
            new ValueColumn<CoactivationRow, int>("rank", row => row.Rank),
            new ValueColumn<CoactivationRow, int>("partner", row => row.Partner),
            new ValueColumn<CoactivationRow, int>("shared", row => row.Shared),
            new ValueColumn<CoactivationRow, int>("hits", row => row.Hits),
            new ValueColumn<CoactivationRow, int>("partnerHits", row => row.PartnerHits),
        ];

    public static IReadOnlyList<ParquetColumn<PhotographRow>> PhotographColumns()
        =>
        [
            new ValueColumn<PhotographRow, long>("number", row => row.Number),
            new TextColumn<PhotographRow>("photograph", row => row.Digest?.ToString(), optional: true),
            new TextColumn<PhotographRow>("name", row => row.Name),
            new TextColumn<PhotographRow>("label", row => row.Label, optional: true),
            new OptionalColumn<PhotographRow, int>("width", row => row.Width),
            new OptionalColumn<PhotographRow, int>("height", row => row.Height),
            new TextColumn<PhotographRow>("error", row => row.Error, optional: true),
        ];
}

/// <summary>A row of <c>photos.parquet</c>.</summary>
/// <param name="Number">The photograph's place in the list.</param>
/// <param name="Digest">Of its content; null if it could not be read.</param>
/// <param name="Name">Path below the folder, or as the list has it.</param>
/// <param name="Label">Its label; null for none, or if it could not be read.</param>
/// <param name="Width">Pixels a row of the file.</param>
/// <param name="Height">Rows of the file.</param>
/// <param name="Error">Why it could not be read; null if it could.</param>
internal sealed record PhotographRow(long Number, ContentDigest? Digest, string Name, string? Label, int? Width, int? Height, string? Error);
