using AmViz.Cluster.Abstractions;

namespace AmViz.Cluster.Api.Tests.Clients;

public sealed class HttpSweepClientTests(ClusterWithApi cluster) : SweepClientContract(cluster, steps: 110), IClassFixture<ClusterWithApi>
{
    protected override Task<(ISweepClient Client, Func<string, SweepSubmission, Task<SweepStatus>> Submit)> ConnectAsync()
    {
        var client = Cluster.Http(Cluster.Host.KeyOf[AccessRole.Submit]);
        return Task.FromResult<(ISweepClient, Func<string, SweepSubmission, Task<SweepStatus>>)>((client, async (spec, submission) => await client.SubmitAsync((await client.PlanAsync(spec, Token)).Id, spec, submission, Token)));
    }
}
