using AmViz.Responses;

namespace AmViz.Storage;

/// <summary>Keeps the scores of pictures: a table for the pictures of a layer, held against a pass of photographs. Nothing is ever replaced.</summary>
/// <param name="blobs">Where.</param>
public sealed class ScoreStore(IBlobStore blobs)
{
    private const string Remedy = "remove it and run 'amviz score' again, which makes it anew";

    /// <summary>Writes a table.</summary>
    /// <param name="path">See <see cref="ResultLayout.Scores(string, string, string)"/>.</param>
    /// <param name="layer">Whose pictures.</param>
    /// <param name="pass">Id of the pass.</param>
    /// <param name="judge">SHA-256 of the weights of the second network; null if none was asked.</param>
    /// <param name="rows">A row a picture.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task WriteAsync(BlobPath path, PlannedLayer layer, string pass, string? judge, IReadOnlyList<ScoreRow> rows, CancellationToken cancellationToken)
        => await blobs.CreateAsync(path, await BytesAsync(layer, pass, judge, rows, cancellationToken), cancellationToken);

    /// <summary>A table as it is stored.</summary>
    /// <param name="layer">Whose pictures.</param>
    /// <param name="pass">Id of the pass.</param>
    /// <param name="judge">SHA-256 of the weights of the second network; null if none was asked.</param>
    /// <param name="rows">A row a picture.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ReadOnlyMemory<byte>> BytesAsync(PlannedLayer layer, string pass, string? judge, IReadOnlyList<ScoreRow> rows, CancellationToken cancellationToken)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["amviz.model"] = layer.Model,
            ["amviz.weightsDigest"] = layer.WeightsDigest,
            ["amviz.layer"] = layer.Layer,
            ["amviz.pass"] = pass,
        };
        if (judge is not null)
        {
            metadata["amviz.judge"] = judge;
        }

        await using var table = await ParquetTableWriter<ScoreRow>.OpenAsync(Columns(), metadata, cancellationToken);
        foreach (var row in rows)
        {
            await table.AddAsync(row, cancellationToken);
        }

        return await table.FinishAsync(cancellationToken);
    }

    /// <summary>Reads a table.</summary>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="CorruptBlobException">It cannot be read.</exception>
    public async Task<IReadOnlyList<ScoreRow>?> ReadAsync(BlobPath path, CancellationToken cancellationToken)
        => await blobs.ReadAsync(path, cancellationToken) is { } blob
            ? await ParquetTableReader.ReadAsync<ScoreRow>(blobs.Name, path, blob.Content, ReadGroup, Remedy, cancellationToken).ToListAsync(cancellationToken)
            : null;

    private static IReadOnlyList<ParquetColumn<ScoreRow>> Columns()
        =>
        [
            new ValueColumn<ScoreRow, int>("channel", row => row.Channel),
            new ValueColumn<ScoreRow, int>("seed", row => row.Seed),
            new TextColumn<ScoreRow>("picture", row => row.Picture),
            new TextColumn<ScoreRow>("sha256", row => row.Sha256),
            new ValueColumn<ScoreRow, float>("response", row => row.Response),
            new OptionalColumn<ScoreRow, float>("bestPhotograph", row => row.BestPhotograph),
            new OptionalColumn<ScoreRow, float>("q99", row => row.Quantile99),
            new OptionalColumn<ScoreRow, double>("deviations", row => row.Judgement?.Deviations),
            new OptionalColumn<ScoreRow, int>("place", row => row.Judgement?.Place),
            new OptionalColumn<ScoreRow, double>("topLikeness", row => row.Judgement?.TopLikeness),
            new OptionalColumn<ScoreRow, double>("bottomLikeness", row => row.Judgement?.BottomLikeness),
            new OptionalColumn<ScoreRow, double>("misLike", row => row.Judgement?.MisLike),
            new OptionalColumn<ScoreRow, double>("misLikeOfOthers", row => row.MisLikeOfOthers),
            new OptionalColumn<ScoreRow, double>("trust", row => row.Trust),
            new TextColumn<ScoreRow>("verdict", row => row.Verdict, optional: true),
            new OptionalColumn<ScoreRow, double>("locality", row => row.Locality),
            new OptionalColumn<ScoreRow, double>("seedLikeness", row => row.Seeds?.Likeness),
            new OptionalColumn<ScoreRow, double>("seedLikenessOfOthers", row => row.Seeds?.LikenessOfOthers),
            .. OpinionColumns.All(),
            .. RandomizationColumns.All(),
        ];

    private static async Task<IReadOnlyList<ScoreRow>> ReadGroup(ParquetGroup group)
    {
        var (channels, seeds, pictures, digests) = (await group.Values<int>("channel"), await group.Values<int>("seed"), await group.Text("picture"), await group.Text("sha256"));
        var (responses, best, quantiles) = (await group.Values<float>("response"), await group.Optional<float>("bestPhotograph"), await group.Optional<float>("q99"));
        var (deviations, places, others) = (await group.Optional<double>("deviations"), await group.Optional<int>("place"), await group.Optional<double>("misLikeOfOthers"));
        var (tops, bottoms, scores) = (await group.Optional<double>("topLikeness"), await group.Optional<double>("bottomLikeness"), await group.Optional<double>("misLike"));
        var (trust, verdicts) = (await group.Optional<double>("trust"), await group.OptionalText("verdict"));
        var (alike, alikeOthers) = (await group.Optional<double>("seedLikeness"), await group.Optional<double>("seedLikenessOfOthers"));
        var localities = await group.Optional<double>("locality");
        var (opinions, naturalness) = (await OpinionColumns.ReadAsync(group), await group.Optional<double>(OpinionColumns.Naturalness));
        var randomizations = await RandomizationColumns.ReadAsync(group);
        return
        [
            .. channels.Select((channel, i) => new ScoreRow(
                channel, seeds[i], pictures[i], digests[i], responses[i], best[i], quantiles[i],
                deviations[i] is { } own && places[i] is { } place && tops[i] is { } top && bottoms[i] is { } bottom && scores[i] is { } score && trust[i] is { } share
                    ? new(own, place, top, bottom, score, share)
                    : null,
                others[i], verdicts[i] == PictureTrust.Constant)
            {
                Locality = localities[i],
                Seeds = alike[i] is { } likeness ? new(likeness, alikeOthers[i]) : null,
                Opinion = opinions[i],
                Naturalness = naturalness[i],
                Randomization = randomizations[i],
            }),
        ];
    }
}
