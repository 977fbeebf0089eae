using AmViz.Cli.Settings;
using AmViz.Cluster.Client;
using AmViz.Cluster.Silo;

namespace AmViz.Cli.Options;

/// <summary><c>--cluster</c>, <c>--cluster-id</c> and <c>--service-id</c>: which cluster.</summary>
internal sealed class ClusterConnectionOptions(AmVizSettings settings, bool mayBeApi = false)
{
    private readonly Option<string?> _cluster = new("--cluster")
    {
        Description = $"{(mayBeApi ? "Address of the cluster's HTTP API, https://host[:port] (see 'amviz login'), or " : "")}Redis of the cluster: redis://[user:password@]host[:port][/database], rediss:// for TLS. Keep passwords out of command lines: set AMVIZ__Cluster__Address.",
        HelpName = "ADDRESS",
    };

    private readonly Option<string?> _clusterId = new("--cluster-id")
    {
        Description = $"Name of the cluster: silos of one name belong together. Default: {ClusterConnection.DefaultName}.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _serviceId = new("--service-id")
    {
        Description = $"Name under which the cluster keeps its reminders; clusters that share a Redis need different ones. Default: {ClusterConnection.DefaultName}.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _tls = new("--cluster-tls")
    {
        Description = "Folder with tls.crt, tls.key and ca.crt, by which silos and clients prove to each other that they belong together and speak TLS. Default: none; whoever reaches a port belongs to the cluster.",
        HelpName = "DIR",
    };

    /// <summary>Puts the options on a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_cluster);
        command.Add(_clusterId);
        command.Add(_serviceId);
        command.Add(_tls);
    }

    /// <summary>The address that is named; null: none is.</summary>
    public string? Address(ParseResult result) => result.GetValue(_cluster) ?? settings.Cluster.Address;

    /// <summary>Refuses what only says which cluster of a Redis is meant.</summary>
    /// <exception cref="UsageException">Some of it stands on the command line.</exception>
    public void RefuseBesideApi(ParseResult result)
    {
        if (new[] { _clusterId, _serviceId, _tls }.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } given)
        {
            throw new UsageException($"{given.Name} is about a cluster that is named by its Redis; {Address(result)} is the API of one cluster. Leave it out.");
        }
    }

    /// <summary>The cluster that is named; nothing is touched yet.</summary>
    /// <exception cref="UsageException">None is, or its address cannot be read.</exception>
    /// <param name="result">The command line.</param>
    /// <param name="onTrouble">Told later, when changed certificates cannot be used.</param>
    public ClusterConnection Read(ParseResult result, Action<string> onTrouble) => ReadOptional(result, onTrouble)
        ?? throw new UsageException($"Which cluster? Give --cluster {(mayBeApi ? "https://host, its HTTP API, or --cluster " : "")}redis://host:port, or set AMVIZ__Cluster__Address. Without a cluster, 'amviz run' draws a sweep in one process, and 'amviz silo --http-port 8080' is a cluster of one process with an HTTP API.");

    /// <summary>As above; null: none is named.</summary>
    /// <exception cref="UsageException">Its address cannot be read.</exception>
    public ClusterConnection? ReadOptional(ParseResult result, Action<string> onTrouble)
    {
        var own = settings.Cluster;
        if (Address(result) is not { } text)
        {
            return null;
        }

        if (!RedisAddress.TryParse(text, out var redis, out var problem))
        {
            throw new UsageException($"--cluster: {problem}");
        }

        var standard = new MembershipTimings();
        return new(redis)
        {
            ClusterId = result.GetValue(_clusterId) ?? own.ClusterId,
            ServiceId = result.GetValue(_serviceId) ?? own.ServiceId,
            Certificates = (result.GetValue(_tls) ?? own.Tls) is { } folder ? Open(folder, onTrouble) : null,
            Timings = new()
            {
                Probe = own.ProbeSeconds is { } probe ? TimeSpan.FromSeconds(probe) : standard.Probe,
                Alive = own.AliveSeconds is { } alive ? TimeSpan.FromSeconds(alive) : standard.Alive,
            },
        };
    }

    private static ClusterCertificates Open(string folder, Action<string> onTrouble)
    {
        try
        {
            return ClusterCertificates.Open(folder, TimeProvider.System, onTrouble);
        }
        catch (ClusterCertificateException e)
        {
            throw new UsageException($"--cluster-tls: {e.Message}");
        }
    }
}
