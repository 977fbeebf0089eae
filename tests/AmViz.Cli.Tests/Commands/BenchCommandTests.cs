using AmViz.Cli.CommandLine;

namespace AmViz.Cli.Tests.Commands;

public sealed class BenchCommandTests : IDisposable
{
    private readonly TinyNetwork _network = new();

    public void Dispose() => _network.Dispose();

    [Fact]
    public async Task TheJsonHasSpeedAndCeiling()
    {
        var run = await CommandLineRun.OfAsync("bench", "--weights", _network.Path, "--steps", "12", "--batch", "3", "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(
            ["model", "layer", "device", "threads", "batch", "size", "steps", "stepMilliseconds", "cpuMillisecondsPerChannelStep", "channelStepsPerSecond", "gflopsPerSecond", "ceilingGflopsPerSecond"],
            run.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal("conv_pw_6_bn", run.Json.GetProperty("layer").GetString());
        Assert.Equal((12, 3, 64), (run.Json.GetProperty("steps").GetInt32(), run.Json.GetProperty("batch").GetInt32(), run.Json.GetProperty("size").GetInt32()));
    }

    [Fact]
    public async Task AnUnknownLayerIsReported()
    {
        var run = await CommandLineRun.OfAsync("bench", "--weights", _network.Path, "--layer", "conv_pw_66");
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("'conv_pw_66'", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("conv_pw_[67]_bn", "'conv_pw_[67]_bn' stands for 2 layers, 'conv_pw_6_bn' to 'conv_pw_7_bn'. Name one")]
    [InlineData("conv_pv_*", "no layer that matches 'conv_pv_*'")]
    public async Task APatternMustStandForOneLayer(string pattern, string expected)
    {
        var run = await CommandLineRun.OfAsync("bench", "--weights", _network.Path, "--layer", pattern);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, (await CommandLineRun.OfAsync("bench", "--weights", _network.Path, "--layer", "conv_pw_[6]_bn")).ExitCode);
    }
}
