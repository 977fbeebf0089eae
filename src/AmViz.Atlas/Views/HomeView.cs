using AmViz.Atlas.Output;

namespace AmViz.Atlas.Views;

/// <summary>All sweeps of an atlas, where there are several, for home.html.</summary>
internal sealed class HomeView : PageView
{
    private HomeView()
        : base(AtlasPaths.Home)
    {
    }

    public required string Lead { get; init; }

    public required IReadOnlyList<Card> Sweeps { get; init; }

    public static HomeView Of(IReadOnlyList<SweepSummary> sweeps) => new()
    {
        Title = "Channel atlases",
        Here = "Atlas",
        Lead = $"{Wording.Count(sweeps.Count, "sweep")}. Each shows, for every channel it drew, the picture that excites it most.",
        Sweeps = [.. sweeps.Select(CardOf)],
    };

    private static Card CardOf(SweepSummary sweep) => new(
        string.Join(", ", sweep.Models),
        AtlasPaths.Sweep(sweep.Sweep),
        $"{Wording.Count(sweep.Rendered, "picture")} from {Wording.Count(sweep.Layers, "layer")}, "
            + $"recipe {Wording.Recipe(sweep.Recipe, sweep.Steps)}, sweep {sweep.Sweep}",
        sweep.Trouble,
        sweep.Cover);
}
