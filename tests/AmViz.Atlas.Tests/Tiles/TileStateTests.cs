using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Tests.Tiles;

public sealed class TileStateTests
{
    /// <summary>A repair removes and forgets; it is a run that draws.</summary>
    [Fact]
    public void OnlyRunningTheSweepIsSaidToDrawAPicture()
    {
        foreach (var state in new[] { TileState.Pending, TileState.Missing, TileState.Damaged })
        {
            var explanation = state.Explanation()!;
            Assert.DoesNotContain("--repair' draws", explanation, StringComparison.Ordinal);
            Assert.Matches("run (it|the sweep) again", explanation.ToLowerInvariant());
            Assert.Contains("build the atlas again", explanation, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Contains("'amviz manifest verify --repair' removes it", TileState.Damaged.Explanation(), StringComparison.Ordinal);
    }
}
