using AmViz.Atlas.Output;
using AmViz.Atlas.Tests.Browser;
using AmViz.Atlas.Tests.Neighbours;
using AmViz.Atlas.Tests.Photographs;
using AmViz.Atlas.Tests.Scores;
using AmViz.Responses;
using AmViz.Sweeps;
using static AmViz.Atlas.Tests.SampleSweep;

[assembly: AssemblyFixture(typeof(BrowsedAtlas))]

namespace AmViz.Atlas.Tests.Browser;

/// <summary>One atlas for all tests that only look: 120 channels with photographs, four of them without a picture, two with scores, one with neighbours; a layer with a nasty name; classes; the same network of another recipe with two seeds.</summary>
public sealed class BrowsedAtlas : IAsyncLifetime
{
    public const string Nasty = "<script>alert(1)</script>&\"'/%2F\u2028";

    private SampleSweep? _sample;
    private SampleSweep? _other;

    public string Folder => Sample.AtlasFolder;

    /// <summary>The sweep that most tests look at.</summary>
    public SweepId Sweep => Sample.Plan.Id;

    /// <summary>The sweep of two seeds.</summary>
    public SweepId Other => _other!.Plan.Id;

    public string Home => Path.Combine(Folder, "index.html");

    public string Network => $"{Home}#/{Sweep}/net";

    public string Conv => Layer("conv");

    private SampleSweep Sample => _sample ?? throw new InvalidOperationException("Not built yet.");

    public string Layer(string layer) => $"{Network}/{PageName.Of(layer)}";

    public string Channel(string layer, int channel) => FormattableString.Invariant($"{Layer(layer)}/{channel}");

    public async ValueTask InitializeAsync()
    {
        _sample = await CreateAsync(SampleSweep.Layer("net", "conv", 120), SampleSweep.Layer("net", Nasty, 3), SampleSweep.Layer("net", "logits", 12, isLogits: true));
        _sample.Replace("conv", 3, ChannelOutcome.Dead, null);
        _sample.Replace("conv", 5, ChannelOutcome.NotFinite, null);
        _sample.Replace("conv", 8, ChannelOutcome.Failed, "The device ran out of <memory>.");
        _sample.Entries.RemoveAll(entry => entry.Layer == "conv" && entry.Channel == 119);
        var pass = await SamplePass.WriteAsync(_sample.Store, "conv", 120);
        await SampleScores.WriteAsync(_sample, pass, "conv", "scores", SampleScores.Row(_sample, "conv", 12, 0.5) with { Randomization = new(0.25, 0.125, 0.125, 1) }, SampleScores.Row(_sample, "conv", 13, 0.99));
        await SampleSearch.WriteAsync(_sample.Store, "search", NeighbourBasis.Responses, 120, ("conv", 12, "conv", 40, 1, 0.75f), ("conv", 12, "elsewhere", 3, 2, 0.5f));
        await _sample.BuildAsync();
        _other = await CreateAsync(_sample.Store.Root, Recipes.Pixel with { Steps = 64 }, [0, 7], [SampleSweep.Layer("net", "conv", 20)]);
        await _other.BuildAsync();
    }

    public ValueTask DisposeAsync()
    {
        _sample?.Dispose();
        return ValueTask.CompletedTask;
    }
}
