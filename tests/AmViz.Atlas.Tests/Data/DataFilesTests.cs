using System.Text.Json;
using AmViz.Sweeps;
using static AmViz.Atlas.Tests.SampleSweep;

namespace AmViz.Atlas.Tests.Data;

public sealed class DataFilesTests
{
    private static readonly string[] Hostile = ["../x", "..", "</script><script>alert(1)</script>", "CON", "\u2028\u2029", "🐞", "network.js", "a\"b'c\\d", "*/;//"];

    // Too long for a store, so nothing was drawn of it.
    private static readonly string Long = new('a', 300);

    [Fact]
    public async Task EveryFileIsOneCallThatHandsItsJsonOver()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 20), Layer("net", "logits", 3, isLogits: true), Layer("other", "conv_1", 2));
        await sample.BuildAsync();
        var data = new AtlasData(sample.AtlasFolder);

        Assert.All(data.Paths, path => Assert.Equal(JsonValueKind.Object, data[path].ValueKind));

        var layer = $"{sample.Plan.Id}/net/conv_1";
        Assert.Equal(
            [$"{layer}/columns/gain", $"{layer}/columns/objective", $"{layer}/layer", $"{layer}/records-0", $"{layer}/records-1", $"{layer}/tiles-0"],
            data.Paths.Where(path => path.StartsWith(layer, StringComparison.Ordinal)));
        Assert.Equal(["class 0", "class 1", "class 2"], data[$"{sample.Plan.Id}/net/logits/labels"].GetProperty("labels").EnumerateArray().Select(label => label.GetString()));
    }

    [Fact]
    public async Task NoNameLeavesTheFolderOrEndsAScript()
    {
        using var sample = await CreateAsync([.. Hostile.Select(name => Layer(name, name, 1)), Layer("sweep.json", "failures", 1)]);
        sample.Replace("..", 0, ChannelOutcome.Failed, "</script>\u2028'\"");
        var plan = sample.Plan with { Layers = [.. sample.Plan.Layers, Layer(Long, Long, 1)] };

        await new AtlasBuilder(sample.Store, new AtlasOptions()).BuildAsync(new(plan, sample.Entries), sample.AtlasFolder, progress: null, TestContext.Current.CancellationToken);

        var data = new AtlasData(sample.AtlasFolder);
        Assert.All(data.Paths, path => Assert.Equal(JsonValueKind.Object, data[path].ValueKind));
        var networks = data["atlas"].GetProperty("sweeps")[0].GetProperty("networks").EnumerateArray().ToList();
        Assert.Equal([.. Hostile, "sweep.json", Long], networks.Select(network => network.GetProperty("model").GetString()!));
        Assert.All(Hostile.Zip(networks), pair =>
        {
            var folder = $"{sample.Plan.Id}/{pair.Second.GetProperty("folder").GetString()}";
            var row = Assert.Single(data[$"{folder}/network"].GetProperty("layers").EnumerateArray());
            Assert.Equal(pair.First, data[$"{folder}/{row.GetProperty("folder").GetString()}/layer"].GetProperty("layer").GetString());
        });
        Assert.All(Directory.EnumerateFiles(sample.Store.Root, "*.js", SearchOption.AllDirectories), file => Assert.StartsWith(sample.AtlasFolder, file, StringComparison.Ordinal));
    }

    [Fact]
    public async Task SeveralSweepsAreListedTogetherWhicheverIsBuilt()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 2));
        await sample.BuildAsync();
        var second = await CreateAsync(sample.Store.Root, Recipes.Pixel with { Steps = 64 }, [0, 1], [Layer("a", "conv_1", 2)]);
        await second.BuildAsync();
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(sample.AtlasFolder, "data", "0000000000000000")).FullName, "sweep.json"), "{", TestContext.Current.CancellationToken);
        await sample.BuildAsync();

        var sweeps = new AtlasData(sample.AtlasFolder)["atlas"].GetProperty("sweeps").EnumerateArray().ToList();

        Assert.Equal([(second.Plan.Id.Value, 64, 4), (sample.Plan.Id.Value, 128, 2)],
            sweeps.Select(sweep => (sweep.GetProperty("sweep").GetString()!, sweep.GetProperty("steps").GetInt32(), sweep.GetProperty("networks")[0].GetProperty("tiles").GetInt32())));
    }

    [Fact]
    public async Task HeadsCountWhatCameOfTheTiles()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 8), Layer("net", "conv_2", 4));
        sample.Replace("conv_1", 1, ChannelOutcome.Dead, null);
        sample.Replace("conv_1", 2, ChannelOutcome.NotFinite, null);
        sample.Replace("conv_1", 3, ChannelOutcome.Failed, "out of <memory>");
        sample.Replace("conv_1", 5, ChannelOutcome.Failed, "out of <memory>");
        sample.Entries.RemoveAll(entry => entry is { Layer: "conv_1", Channel: 4 });

        await sample.BuildAsync();

        var data = new AtlasData(sample.AtlasFolder);
        var layer = data[$"{sample.Plan.Id}/net/conv_1/layer"];
        var row = data[$"{sample.Plan.Id}/net/network"].GetProperty("layers")[0];
        var network = data["atlas"].GetProperty("sweeps")[0].GetProperty("networks")[0];
        Assert.Equal("""{"rendered":3,"dead":1,"notFinite":1,"failed":2,"pending":1}""", layer.GetProperty("counts").GetRawText());
        Assert.Equal(layer.GetProperty("counts").GetRawText(), row.GetProperty("counts").GetRawText());
        Assert.Equal("""{"rendered":7,"dead":1,"notFinite":1,"failed":2,"pending":1}""", network.GetProperty("counts").GetRawText());
        Assert.Equal(
            [("failed", "out of <memory>", 2, 3), ("dead", null, 1, 1), ("notFinite", null, 1, 2), ("pending", null, 1, 4)],
            layer.GetProperty("troubles").EnumerateArray().Select(trouble => (
                trouble.GetProperty("outcome").GetString()!, trouble.GetProperty("error").GetString(), trouble.GetProperty("tiles").GetInt32(), trouble.GetProperty("first").GetInt32())));
        var objectives = sample.Entries.Where(entry => entry.Layer == "conv_1").Select(entry => entry.FinalObjective).OfType<float>().Order().ToList();
        Assert.Equal([objectives[0], objectives[^1]], row.GetProperty("range").EnumerateArray().Select(end => end.GetSingle()));
        Assert.Equal(objectives.OrderDescending(), layer.GetProperty("best").EnumerateArray().Select(best => data.Record($"{sample.Plan.Id}/net/conv_1", best.GetProperty("tile").GetInt32()).GetProperty("final").GetSingle()));
        Assert.Equal(layer.GetProperty("version").GetString(), row.GetProperty("version").GetString());
        Assert.Equal(7, network.GetProperty("cover").GetArrayLength());
    }
}
