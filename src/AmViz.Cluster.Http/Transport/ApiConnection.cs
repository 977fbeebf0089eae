using System.Security.Cryptography.X509Certificates;

namespace AmViz.Cluster.Http;

/// <summary>Which API a client talks to, and as whom.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Key">What the client presents: the text of an access key.</param>
public sealed record ApiConnection(ApiAddress Address, string Key)
{
    /// <summary>Authorities that the server's certificate may come from; null: those that this machine trusts.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>How long a call is repeated while the cluster is out of reach. Default: 30 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stream of events may be silent before its connection counts as lost; coordinators say something every 10 s. Default: 30 s.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    // Secrets go into no log and no test report.
    private bool PrintMembers(System.Text.StringBuilder text)
    {
        text.Append(nameof(Address)).Append(" = ").Append(Address);
        return true;
    }
}
