using AmViz.Cli.CommandLine;

namespace AmViz.Cli.Tests.Commands;

public sealed class ClassifyCommandTests : IDisposable
{
    private readonly TinyNetwork _network = new();

    public void Dispose() => _network.Dispose();

    [Fact]
    public async Task TheJsonHasIndexLabelLogitAndProbability()
    {
        var run = await CommandLineRun.OfAsync("classify", "--weights", _network.Path, "--image", TestPictures.Write(_network.Path), "--top", "2", "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal("tinynet", run.Json.GetProperty("model").GetString());
        var top = run.Json.GetProperty("top");
        Assert.Equal(2, top.GetArrayLength());
        Assert.Equal(1, top[1].GetProperty("index").GetInt32());
        Assert.Equal("dots", top[1].GetProperty("label").GetString());
        Assert.Equal(3, top[1].GetProperty("logit").GetDouble());
        Assert.Equal(0.25, top[1].GetProperty("probability").GetDouble());
    }

    [Fact]
    public async Task APersonReadsATable()
    {
        var run = await CommandLineRun.OfAsync("classify", "--weights", _network.Path, "--image", TestPictures.Write(_network.Path));
        Assert.Matches("(?m)^picture.png +0 +stripes +4.00 +50.0 %", run.Output);
    }

    [Fact]
    public async Task OfSeveralPicturesEachHasItsRowsAndItsPlaceInAList()
    {
        var first = TestPictures.Write(_network.Path);
        var second = Path.Combine(_network.Path, "second.png");
        File.Copy(first, second);

        var table = await CommandLineRun.OfAsync("classify", first, second, "--weights", _network.Path, "--top", "2");
        Assert.Matches("(?ms)^picture.png +0 .*^ +1 +dots .*^second.png +0 ", table.Output);

        var run = await CommandLineRun.OfAsync("classify", "--weights", _network.Path, "--image", first, second, "--top", "1", "--json");
        Assert.Equal([first, second], run.Json.EnumerateArray().Select(one => one.GetProperty("image").GetString()));
        Assert.All(run.Json.EnumerateArray(), one => Assert.Equal(1, one.GetProperty("top").GetArrayLength()));
    }

    [Fact]
    public async Task AllPicturesThatCannotBeReadAreNamedAtOnce()
    {
        var run = await CommandLineRun.OfAsync("classify", "--weights", _network.Path, "gone.png", Path.Combine(_network.Path, "config.json"));
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("gone.png", run.Error, StringComparison.Ordinal);
        Assert.Contains("is text, not a picture", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OfAnAnimationTheFirstFrameIsSeenWhichIsSaid()
    {
        var animation = TestPictures.WriteAnimation(_network.Path);
        var run = await CommandLineRun.OfAsync("classify", "--weights", _network.Path, animation, "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(2, run.Json.GetProperty("frames").GetInt32());
        Assert.Contains($"note: {animation} holds 2 pictures (frames or pages); only the first is seen.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheDeviceIsThatOfTheOptions()
    {
        var engine = new FakeEngine();
        await CommandLineRun.OfAsync(
            engine, "classify", "--weights", _network.Path, "--image", TestPictures.Write(_network.Path), "--device", "cuda:1", "--threads", "3", "--batch", "auto");
        Assert.Equal(new("cuda:1", 3, null), engine.Device);
    }

    [Theory]
    [InlineData("gone.png", "gone.png")]
    [InlineData("config.json", "is text, not a picture")]
    public async Task AFileThatIsNoPictureIsAMistakeOfTheUser(string file, string expected)
    {
        var run = await CommandLineRun.OfAsync("classify", "--weights", _network.Path, "--image", Path.Combine(_network.Path, file));
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }
}
