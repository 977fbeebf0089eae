using System.Text;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests;

/// <summary>Whatever is wrong is told in one go: what was found, what was expected, what to do. Nothing is half done.</summary>
public sealed class BadInputTests(CommandProcesses commands) : IDisposable
{
    private static readonly Dictionary<string, string> NoVariables = new(StringComparer.Ordinal);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("run --model texturenot --out out", "There is no model 'texturenot'")]
    [InlineData("run --layer conv_pw_55 --out out", "has no layer 'conv_pw_55'")]
    [InlineData("run --layer conv_pv_5_bn --out out", "'conv_pw_5_bn'")]
    [InlineData("run --layer logits --channels 0-34 --out out", "Channel 34 does not exist: 'logits' of 'texturenet' has 34 channels, 0 to 33.")]
    [InlineData("render --layer logits --channel 34 --out out", "Channel 34 does not exist")]
    [InlineData("render --layer logits --channel x --out out", "'x' is not a channel or a range of channels")]
    [InlineData("run --layer logits --steps 0 --size 5 --out out", "--steps: 0 is out of range")]
    [InlineData("run --layer logits --steps 0 --size 5 --out out", "--size: 5 is out of range")]
    [InlineData("run --weights nowhere --out out", "nowhere: there is no such folder or file")]
    [InlineData("run gone.yaml --out out", "'gone.yaml' cannot be read")]
    [InlineData("run --layer logits --device cuda:7 --out out", "There is no device 'cuda:7'")]
    [InlineData("rnu --out out", "Did you mean 'run'?")]
    public async Task AMistakeIsExplainedAndNothingIsWritten(string line, string expected)
    {
        var run = await RunAsync(line.Split(' '));
        Assert.Equal(2, run.Code);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task ASpecWithFiveMistakesTellsAllFiveWithTheirPlaces()
    {
        File.WriteAllText(_folder.At("sweep.yaml"), """
            models:
              - model: texturenet
                layers:
                  - conv_pw_55
                  - layer: logits
                    channels: 0-999
            recipe:
              steps: many
              jitter: 4
            seeds: [-1]
            """);
        using var run = await AmVizProcess.RunAsync(_folder.Path, "run", "sweep.yaml", "--out", "out");
        Assert.Equal(2, await run.ExitCodeAsync());
        Assert.Collection(
            run.Error.TrimEnd().Split('\n'),
            line => Assert.StartsWith("error: sweep.yaml:4:9: models[0].layers[0].layer: Model 'texturenet' has no layer 'conv_pw_55'", line, StringComparison.Ordinal),
            line => Assert.StartsWith("error: sweep.yaml:6:19: models[0].layers[1].channels: Channel 999 does not exist", line, StringComparison.Ordinal),
            line => Assert.StartsWith("error: sweep.yaml:8:10: recipe.steps: Found 'many'. Expected a whole number.", line, StringComparison.Ordinal),
            line => Assert.StartsWith("error: sweep.yaml:9:3: recipe.jitter: 'jitter' is not a key here.", line, StringComparison.Ordinal),
            line => Assert.StartsWith("error: sweep.yaml:10:9: seeds[0]: -1 is negative.", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/proc/amviz-out")]
    [InlineData("file/out")]
    public async Task AFolderThatCannotBeWrittenIsToldBeforeAnyWork(string folder)
    {
        File.WriteAllText(_folder.At("file"), "in the way");
        var run = await RunAsync("run", "--layer", "logits", "--steps", "1000", "--out", folder);
        Assert.Equal(5, run.Code);
        Assert.Contains(Path.GetFullPath(folder, _folder.Path), run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output.Trim());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(200)]
    [InlineData(-1)]
    public async Task ATruncatedWeightsFileIsRefused(int length)
    {
        var weights = WeightsFolder(bytes => length >= 0 ? bytes[..length] : bytes[..^1]);
        var run = await RunAsync("render", "--weights", weights, "--layer", "conv1", "--channel", "0", "--out", "out");
        Assert.Equal(2, run.Code);
        Assert.Contains("model.safetensors", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1073741824,1073741824],\"data_offsets\":[0,4]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F99\",\"shape\":[1],\"data_offsets\":[0,4]}}")]
    [InlineData("[[[[[[[[")]
    public async Task AHostileHeaderIsRefused(string header)
    {
        var weights = WeightsFolder(_ => [.. BitConverter.GetBytes((long)header.Length), .. Encoding.UTF8.GetBytes(header), 0, 0, 0, 0]);
        var run = await RunAsync("models", "show", "--weights", weights);
        Assert.Equal(2, run.Code);
        Assert.Contains("model.safetensors", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALayerPastTheEndOfPartialWeightsIsExplained()
    {
        var weights = SharedData.Weights("mobilenet_v1_1.0_224_keras_partial");
        Assert.SkipWhen(SharedData.WhyMissing(weights) is not null, SharedData.WhyMissing(weights) ?? "");
        var run = await RunAsync("render", "--weights", weights, "--layer", "conv_pw_13", "--channel", "0", "--out", "out");
        Assert.Equal(2, run.Code);
        Assert.Contains("its weights end at 'conv_dw_13_relu'", run.Error, StringComparison.Ordinal);
    }

    private Task<CommandAnswer> RunAsync(params string[] words) => commands.RunAsync(_folder.Path, NoVariables, words);

    /// <summary>The embedded network's folder with other bytes in place of its weights.</summary>
    private string WeightsFolder(Func<byte[], byte[]> change)
    {
        var source = RepositoryTree.At("src", "AmViz.Networks", "Embedded", "texturenet");
        var folder = Directory.CreateDirectory(_folder.At("weights")).FullName;
        foreach (var file in Directory.EnumerateFiles(source))
        {
            var bytes = File.ReadAllBytes(file);
            var name = Path.GetFileName(file);
            File.WriteAllBytes(Path.Combine(folder, name), name == "model.safetensors" ? change(bytes) : bytes);
        }

        return folder;
    }
}
