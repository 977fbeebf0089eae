namespace AmViz.Cli.Scored;

/// <summary>Tells tables of scores apart: equal pictures, held against equal photographs in the same way, have one table.</summary>
internal static class ScoreTables
{
    private const int IdLength = 16;

    // Raised whenever the same pictures and photographs would get other scores.
    private const int Algorithm = 4;

    /// <summary>The table of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="judge">SHA-256 of the weights of a second network that is asked, which is shown crops; null for none.</param>
    /// <param name="shuffled">How many channels are drawn anew with shuffled weights; null: none.</param>
    public static ScoreTable Of(ScoredLayer layer, string? judge, int? shuffled = null)
    {
        var (pictures, shown) = (layer.Pictures, layer.Pass.Shown);
        var name = SweepJson.Hash(
            new
            {
                Algorithm,
                Pictures = pictures.Select(picture => new { picture.Channel, picture.Seed, picture.Sha256 }),
                Judge = judge,
                Shown = judge is null ? null : shown.Name,
                Shuffled = shuffled,
            },
            IdLength);
        return new(layer.Layer.Layer, layer.Pass.Pass, shown.Crops, shown.EffectiveFields, name, pictures.Count);
    }
}
