using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Atlas.Tests.Scores;

/// <summary>Scores of the pictures of a made-up sweep.</summary>
internal static class SampleScores
{
    /// <summary>Those of a channel.</summary>
    /// <param name="sample">The sweep.</param>
    /// <param name="layer">Which layer.</param>
    /// <param name="channel">Which channel.</param>
    /// <param name="trust">0 to 1; null: there was nothing to judge by.</param>
    public static ScoreRow Row(SampleSweep sample, string layer, int channel, double? trust)
    {
        var entry = sample.Entries.First(row => row.Layer == layer && row.Channel == channel);
        return new(channel, 0, entry.Picture!, entry.Sha256!, 2.5f, 2, 1.5f, trust is { } share ? new(4.5, 1, 0.5, -0.25, 0.75, share) : null, null, Constant: false);
    }

    /// <summary>Writes a table into the store of the sweep.</summary>
    public static Task WriteAsync(SampleSweep sample, ResponseSummary pass, string layer, string name, params ScoreRow[] rows) => new ScoreStore(sample.Store).WriteAsync(
        ResultLayout.Scores(pass.Pass, layer, name), sample.Plan.Layers.First(one => one.Layer == layer), pass.Pass, judge: null, rows, TestContext.Current.CancellationToken);
}
