using System.Text;
using AmViz.Sweeps;
using AmViz.TestKit;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Storage.Tests;

public sealed class ManifestRepairerTests
{
    private static readonly SweepPlan Plan = SampleSweeps.Small;
    private static readonly Shard Shard = Plan.Shards().First();
    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatIsRightIsNotTouched()
    {
        await StoredSweep.FinishAsync(_blobs, Plan);
        var writes = _blobs.Writes;
        var report = await Repair();
        Assert.True(report.Passed);
        Assert.False(Assert.Single(report.Repairs).Changed);
        Assert.Equal(writes, _blobs.Writes);
    }

    [Fact]
    public async Task RowsThatAreLostComeBackFromThePicturesOwnRecords()
    {
        await StoredSweep.FinishAsync(_blobs, Plan);
        var expected = await Rows();
        await DeleteAll($"{ResultLayout.Sweep(Plan.Id)}parts/");
        await _blobs.DeleteAsync(ResultLayout.Manifest(Plan.Id), Token);
        await _blobs.DeleteAsync(ResultLayout.ManifestHeader(Plan.Id), Token);
        var report = await Repair();
        Assert.Equal(new(Plan.Id, 20, 0, 0, 0, Folded: true), Assert.Single(report.Repairs));
        Assert.True(report.Passed);
        Assert.Equal(expected, await Rows());
    }

    [Fact]
    public async Task ARowWhosePictureIsGoneIsDroppedAndBecomesAHole()
    {
        await StoredSweep.FinishAsync(_blobs, Plan);
        await _blobs.DeleteAsync(Picture(5), Token);
        var report = await Repair();
        Assert.Equal(new(Plan.Id, 0, 1, 0, 0, Folded: true), Assert.Single(report.Repairs));
        Assert.Equal(FindingKind.Hole, Assert.Single(report.Sweeps.Single().Findings).Kind);
        Assert.Equal(19, (await Rows()).Count);
    }

    [Fact]
    public async Task APictureThatHasRottedMakesRoomAndIsDrawnAgain()
    {
        await StoredSweep.FinishAsync(_blobs, Plan);
        var expected = await Rows();
        var content = (await _blobs.ReadAsync(Picture(5), Token))!.Content.ToArray();
        content[^7] ^= 1;
        _blobs.Plant(Picture(5), content);
        Assert.Equal(new(Plan.Id, 0, 1, 1, 0, Folded: true), Assert.Single((await Repair()).Repairs));
        Assert.Null(await _blobs.ReadAsync(Picture(5), Token));

        Assert.DoesNotContain(5, (await new ResultStore(_blobs, FakePictures.ReadRecord).FindAsync(Shard, new Dictionary<int, long>(), Token)).WithoutRow.Keys);
        await StoredSweep.FinishAsync(_blobs, Plan, epoch: 1);
        Assert.True((await Repair()).Passed);
        Assert.Equal(expected, await Rows());
    }

    [Fact]
    public async Task AFileThatIsNoPictureMakesRoom()
    {
        await StoredSweep.FinishAsync(_blobs, Plan, task => task == Shard.TaskAt(5) ? null : ChannelOutcome.Rendered);
        _blobs.Plant(Picture(5), "half a picture"u8.ToArray());
        Assert.Equal(new(Plan.Id, 0, 0, 1, 0, Folded: false), Assert.Single((await Repair()).Repairs));
        Assert.Null(await _blobs.ReadAsync(Picture(5), Token));
    }

    [Fact]
    public async Task ARowThatSaysSomethingElseThanItsPictureIsMadeAnewAndKeepsItsRun()
    {
        await StoredSweep.FinishAsync(_blobs, Plan, change: entry => IsFifth(entry) ? entry with { FinalObjective = 99 } : entry);
        var runs = await new ManifestReader(_blobs).ReadRunLogAsync(Plan.Id, Token).ToListAsync(Token);
        var report = await Repair();
        Assert.Equal(new(Plan.Id, 1, 0, 0, 0, Folded: true), Assert.Single(report.Repairs));
        Assert.True(report.Passed);
        Assert.Equal(runs.ToHashSet(), [.. await new ManifestReader(_blobs).ReadRunLogAsync(Plan.Id, Token).ToListAsync(Token)]);
    }

    [Fact]
    public async Task DamagedPartsAndManifestsAreReplaced()
    {
        await StoredSweep.FinishAsync(_blobs, Plan);
        var expected = await Rows();
        _blobs.Plant(new($"{ResultLayout.Parts(Shard.Id)}damaged.jsonl"), "{"u8.ToArray());
        _blobs.Plant(ResultLayout.Manifest(Plan.Id), "no parquet"u8.ToArray());
        _blobs.Plant(ResultLayout.ManifestHeader(Plan.Id), "{"u8.ToArray());
        var report = await Repair();
        Assert.Equal(new(Plan.Id, 0, 0, 0, 1, Folded: true), Assert.Single(report.Repairs));
        Assert.True(report.Passed);
        Assert.Equal(expected, await Rows());
    }

    [Fact]
    public async Task ChannelsThatEndedWithoutAPictureStayWhatTheyAre()
    {
        await StoredSweep.FinishAsync(_blobs, Plan, task => task.Channel == 1 ? ChannelOutcome.Dead : ChannelOutcome.Rendered);
        await _blobs.DeleteAsync(Picture(5), Token);
        await Repair();
        Assert.Equal(4, (await Rows()).Count(row => row.Outcome == ChannelOutcome.Dead));
    }

    [Fact]
    public async Task PicturesOfNobodyAreLeftAlone()
    {
        await StoredSweep.FinishAsync(_blobs, Plan);
        var stranger = SampleSweeps.Rendered(Shard.TaskAt(0) with { Seed = 77 }, Shard.Recipe);
        await new ResultStore(_blobs, FakePictures.ReadRecord).CommitAsync(stranger, Token);
        var report = await Repair();
        Assert.False(report.Repairs.Single().Changed);
        Assert.Equal(FindingKind.Orphan, Assert.Single(report.Sweeps.Single().Findings).Kind);
    }

    [Theory]
    [InlineData("running", true)]
    [InlineData("folding", true)]
    [InlineData("paused", false)]
    [InlineData("finished", false)]
    public async Task ASweepAtWorkIsRefusedAndNothingIsTouched(string state, bool isRefused)
    {
        await StoredSweep.FinishAsync(_blobs, Plan);
        await _blobs.DeleteAsync(Picture(5), Token);
        _blobs.Plant(ResultLayout.JournalEntry(Plan.Id, 1), "{\"formatVersion\":1,\"state\":\"finished\"}"u8.ToArray());
        _blobs.Plant(ResultLayout.JournalEntry(Plan.Id, 2), Encoding.ASCII.GetBytes($$"""{"formatVersion":1,"state":"{{state}}","at":"2026-01-01T00:00:00Z"}"""));
        var writes = _blobs.Writes;
        if (!isRefused)
        {
            Assert.True((await Repair()).Repairs.Single().Changed);
            return;
        }

        var failure = await Assert.ThrowsAsync<StorageException>(() => Repair());
        Assert.Contains($"amviz sweep pause {Plan.Id}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(writes, _blobs.Writes);
    }

    [Fact]
    public Task WhateverWasDamagedASecondRepairFindsNothingToDo()
    {
        var damage = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 11]).List[0, 8];
        return damage.SampleAsync(
            async faults =>
            {
                var blobs = new MemoryBlobStore();
                await StoredSweep.FinishAsync(blobs, Plan, task => (task.Channel + task.Seed) % 5 == 4 ? ChannelOutcome.Failed : ChannelOutcome.Rendered);
                foreach (var (kind, index) in faults)
                {
                    await StoredSweep.DamageAsync(blobs, Shard, kind, index);
                }

                await Repair(blobs);
                var (second, third) = (await Repair(blobs), await new ManifestVerifier(blobs, FakePictures.ReadRecord).VerifyAsync(null, null, Token));
                return second.Repairs.All(repair => !repair.Changed)
                    && third.Sweeps.Single().Findings.All(finding => finding.Kind == FindingKind.Hole)
                    // Nothing right is lost: every picture that is there has its row.
                    && third.Sweeps.Single().Pictures == await blobs.ListAsync(ResultLayout.Results, Token).CountAsync(Token);
            },
            iter: 60);
    }

    private static bool IsFifth(ManifestEntry entry) => ShardRows.TaskOf(entry) == Shard.TaskAt(5);

    private static BlobPath Picture(int index) => ResultLayout.Picture(Shard.TaskAt(index), Shard.Recipe.Hash);

    private static Task<RepairReport> Repair(IBlobStore blobs)
        => new ManifestRepairer(blobs, FakePictures.ReadRecord, new FakeTimeProvider()).RepairAsync(sweep: null, Token);

    private Task<RepairReport> Repair() => Repair(_blobs);

    private async Task<List<ManifestEntry>> Rows() => await new ManifestReader(_blobs).ReadRowsAsync(Plan.Id, Token).ToListAsync(Token);

    private async Task DeleteAll(string prefix)
    {
        foreach (var item in await _blobs.ListAsync(prefix, Token).ToListAsync(Token))
        {
            await _blobs.DeleteAsync(item.Path, Token);
        }
    }
}
