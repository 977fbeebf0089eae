using AmViz.Cluster.Abstractions;

namespace AmViz.Cluster.Api.Tests.Clients;

public sealed class ClusterClientTests(ClusterWithApi cluster) : SweepClientContract(cluster, steps: 100), IClassFixture<ClusterWithApi>
{
    protected override async Task<(ISweepClient Client, Func<string, SweepSubmission, Task<SweepStatus>> Submit)> ConnectAsync()
    {
        var client = await Cluster.GrainsAsync();
        return (client, async (spec, submission) => await client.SubmitAsync(await new FakePlanner().PlanAsync(spec, Token), submission, Token));
    }
}
