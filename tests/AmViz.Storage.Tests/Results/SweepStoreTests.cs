using System.Text;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Storage.Tests;

public sealed class SweepStoreTests
{
    private static readonly SweepPlan Plan = SampleSweeps.Small;
    private readonly MemoryBlobStore _blobs = new();
    private readonly SweepStore _sweeps;

    public SweepStoreTests() => _sweeps = new(_blobs);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task APlanReadsBackEqual()
    {
        Assert.True(await _sweeps.CreateAsync(Plan, Token));
        var read = await _sweeps.ReadPlanAsync(Plan.Id, Token);
        Assert.Equal(SweepJson.Hash(Plan, 64), SweepJson.Hash(read, 64));
        Assert.Equal(Plan.Shards().SelectMany(shard => shard.Tasks()), read!.Shards().SelectMany(shard => shard.Tasks()));
        Assert.Equal(Plan.Layers.Select(layer => Plan.RecipeFor(layer).Hash), read.Layers.Select(layer => read.RecipeFor(layer).Hash));
    }

    [Fact]
    public async Task TheSamePlanAgainIsNoNewSweepWhateverItsFailureBudget()
    {
        await _sweeps.CreateAsync(Plan, Token);
        Assert.False(await _sweeps.CreateAsync(Plan, Token));
        Assert.False(await _sweeps.CreateAsync(Plan with { FailureBudget = 7 }, Token));
        Assert.Null((await _sweeps.ReadPlanAsync(Plan.Id, Token))!.FailureBudget);
    }

    [Fact]
    public async Task AnotherPlanUnderTheSameIdIsRefused()
    {
        await _sweeps.CreateAsync(Plan with { Seeds = [0, 4] }, Token);
        var error = await Assert.ThrowsAsync<CorruptBlobException>(() => _sweeps.CreateAsync(Plan, Token));
        Assert.Contains("another plan", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"formatVersion\":1,\"plan\":{\"id\":\"xyz\"}}")]
    [InlineData("{\"formatVersion\":1,\"plan\":")]
    [InlineData("{\"formatVersion\":1}")]
    public async Task ADamagedPlanIsNamed(string content)
    {
        _blobs.Plant(ResultLayout.Plan(Plan.Id), Encoding.ASCII.GetBytes(content));
        var error = await Assert.ThrowsAsync<CorruptBlobException>(() => _sweeps.ReadPlanAsync(Plan.Id, Token));
        Assert.Equal(ResultLayout.Plan(Plan.Id), error.Path);
    }

    [Fact]
    public async Task APlanOfALaterVersionIsRefused()
    {
        await _sweeps.CreateAsync(Plan, Token);
        var path = ResultLayout.Plan(Plan.Id);
        var text = Encoding.ASCII.GetString((await _blobs.ReadAsync(path, Token))!.Content.Span);
        _blobs.Plant(path, Encoding.ASCII.GetBytes(text.Replace("\"formatVersion\": 1", "\"formatVersion\": 2", StringComparison.Ordinal)));
        var error = await Assert.ThrowsAsync<CorruptBlobException>(() => _sweeps.ReadPlanAsync(Plan.Id, Token));
        Assert.Contains("newer version", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SweepsAreListedAndOtherFoldersAreNot()
    {
        var other = SampleSweeps.Plan([new("conv_2", 3, IsLogits: false)]);
        await _sweeps.CreateAsync(Plan, Token);
        await _sweeps.CreateAsync(other, Token);
        _blobs.Plant(new("sweeps/notes/readme.txt"), "x"u8.ToArray());
        var expected = new[] { Plan.Id, other.Id }.OrderBy(id => id.Value, StringComparer.Ordinal);
        Assert.Equal(expected, await _sweeps.ListAsync(Token).ToListAsync(Token));
        Assert.Null(await _sweeps.ReadPlanAsync(new("0000000000000000"), Token));
    }
}
