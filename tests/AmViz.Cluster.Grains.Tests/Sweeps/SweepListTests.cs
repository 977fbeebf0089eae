using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using Orleans.Runtime;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>The list of every sweep that a store has.</summary>
public sealed class SweepListTests
{
    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SweepsThatHaveEndedAreListedWithoutBeingWoken()
    {
        SweepPlan[] ended = [.. Enumerable.Range(0, 5).Select(Plan)];
        await using (var earlier = await TestSilos.StartAsync(_store, [new FakeRenderer(4)]))
        {
            foreach (var plan in ended)
            {
                await earlier.RunAsync(plan);
            }
        }

        await using var silos = await TestSilos.StartAsync(_store, [[]]);
        var (running, paused, planned) = (Plan(10), Plan(11), Plan(12));
        await silos.Sweep(running).Submit(running, new() { Rank = new(3, 1) });
        await silos.Sweep(paused).Submit(paused, new());
        await silos.Sweep(paused).Pause();
        await new SweepStore(_store).CreateAsync(planned, Cancelled);

        var all = await silos.Cluster.Client.GetGrain<ISweepIndexGrain>(ISweepIndexGrain.Key).All();

        Assert.Equal(all.Select(status => status.Id.Value).Order(StringComparer.Ordinal), all.Select(status => status.Id.Value));
        var byId = all.ToDictionary(status => status.Id);
        Assert.Equal(8, byId.Count);
        Assert.All(ended, plan => Assert.Equal((SweepState.Finished, new TaskCounts { Planned = 6, Rendered = 6 }), (byId[plan.Id].State, byId[plan.Id].Counts)));
        Assert.Equal((SweepState.Running, 3), (byId[running.Id].State, byId[running.Id].Rank.Priority));
        Assert.Equal(SweepState.Paused, byId[paused.Id].State);
        Assert.Equal((SweepState.Planned, new TaskCounts { Planned = 6 }), (byId[planned.Id].State, byId[planned.Id].Counts));

        var management = silos.Cluster.Client.GetGrain<IManagementGrain>(0);
        foreach (var plan in ended.Append(planned))
        {
            Assert.Null(await management.GetActivationAddress(silos.Sweep(plan), Cancelled));
        }
    }

    [Fact]
    public async Task WhatTheListSaysOfASweepIsWhatTheSweepSays()
    {
        await using var silos = await TestSilos.StartAsync(_store, [new FakeRenderer(4) { Outcome = task => task.Channel == 1 ? ChannelOutcome.Dead : ChannelOutcome.Rendered }]);
        var plan = Plan(0);
        await silos.RunAsync(plan);
        var listed = Assert.Single(await silos.Cluster.Client.GetGrain<ISweepIndexGrain>(ISweepIndexGrain.Key).All());
        Assert.Equivalent(await silos.Sweep(plan).Status(), listed, strict: true);
    }

    private static SweepPlan Plan(int number) => SampleSweeps.Plan([new("conv_1", 6, IsLogits: false)], recipe: Recipes.Paper with { Steps = 20 + number });
}
