using AmViz.Cluster.Client;
using AmViz.Cluster.Silo;
using AmViz.Networks;

namespace AmViz.Cli.Settings;

/// <summary>What applies where a command line says nothing: from <c>amviz.json</c> in the working folder and from the environment.</summary>
/// <remarks>
/// The environment wins over the file, an option over both. A key <c>Section:Name</c> is <c>{"Section": {"Name": ...}}</c> in
/// the file and <c>AMVIZ__Section__Name</c> in the environment.
/// </remarks>
internal sealed record AmVizSettings
{
    /// <summary><c>Network:Model</c>: the network to use.</summary>
    public string? Model { get; init; }

    /// <summary><c>Network:Weights</c>: its weights folder.</summary>
    public string? Weights { get; init; }

    /// <summary><c>Device:Name</c>: <c>auto</c>, <c>cpu</c> or <c>cuda:N</c>. Default: <c>auto</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary><c>Device:Threads</c>: threads inside one tensor operation, at least 1. Default: 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary><c>Device:Batch</c>: images drawn at once; null (<c>auto</c>): what suits the device.</summary>
    public int? Batch { get; init; }

    /// <summary><c>Cache:*</c>: what is kept on this machine of what can be fetched again.</summary>
    public CacheSettings Cache { get; init; } = new();

    /// <summary><c>Storage:Azure</c>: the account of <c>--store azure:CONTAINER</c>.</summary>
    public AzureSettings Azure { get; init; } = new();

    /// <summary><c>Dashboard:*</c>: the dashboard of a silo.</summary>
    public DashboardSettings Dashboard { get; init; } = new();

    /// <summary><c>Oidc:*</c>: the issuer whose tokens open the API of a silo.</summary>
    public OidcSettings Oidc { get; init; } = new();

    /// <summary><c>Cluster:*</c>: the cluster that silos join and clients talk to.</summary>
    public ClusterSettings Cluster { get; init; } = new();
}

/// <summary>Section <c>Cache</c>.</summary>
internal sealed record CacheSettings
{
    /// <summary><c>Cache:MaxBytes</c>: see <see cref="NetworkCacheOptions.MaxBytes"/>; at least 1. Default: 20 GB.</summary>
    public long? MaxBytes { get; init; }
}

/// <summary>Where an Azure account is and how to speak to it.</summary>
internal sealed record AzureSettings
{
    /// <summary><c>Storage:Azure:ConnectionString</c>, with a key or a shared access signature.</summary>
    public string? ConnectionString { get; init; }

    /// <summary><c>Storage:Azure:AccountUrl</c>, with a shared access signature or, for an identity of this machine, without.</summary>
    public string? AccountUrl { get; init; }

    /// <summary><c>Storage:Azure:ServiceVersion</c>, for older endpoints. Null: the newest.</summary>
    public string? ServiceVersion { get; init; }

    // Secrets go into no log and no test report.
    private bool PrintMembers(System.Text.StringBuilder text)
    {
        text.Append(nameof(ServiceVersion)).Append(" = ").Append(ServiceVersion);
        return true;
    }
}

/// <summary>Section <c>Dashboard</c>.</summary>
internal sealed record DashboardSettings
{
    /// <summary><c>Dashboard:Token</c>: the token that its visitors must present.</summary>
    public string? Token { get; init; }

    // Secrets go into no log and no test report.
    private bool PrintMembers(System.Text.StringBuilder text)
    {
        text.Append(nameof(Token)).Append(Token is null ? " = none" : " = ...");
        return true;
    }
}

/// <summary>Section <c>Oidc</c>.</summary>
internal sealed record OidcSettings
{
    /// <summary><c>Oidc:Issuer</c>: see <see cref="AmViz.Cluster.Api.OidcOptions.Issuer"/>.</summary>
    public string? Issuer { get; init; }

    /// <summary><c>Oidc:Audience</c>: see <see cref="AmViz.Cluster.Api.OidcOptions.Audience"/>.</summary>
    public string? Audience { get; init; }

    /// <summary><c>Oidc:RoleClaim</c>: see <see cref="AmViz.Cluster.Api.OidcOptions.RoleClaim"/>.</summary>
    public string? RoleClaim { get; init; }

    /// <summary><c>Oidc:Read</c>: values of the claim that give the role read, with commas between.</summary>
    public string? Read { get; init; }

    /// <summary><c>Oidc:Submit</c>: those that give the role submit.</summary>
    public string? Submit { get; init; }

    /// <summary><c>Oidc:Admin</c>: those that give the role admin.</summary>
    public string? Admin { get; init; }
}

/// <summary>Section <c>Cluster</c>.</summary>
internal sealed record ClusterSettings
{
    /// <summary><c>Cluster:Address</c>: <c>redis://host:port</c>.</summary>
    public string? Address { get; init; }

    /// <summary><c>Cluster:ClusterId</c>. Default: <c>amviz</c>.</summary>
    public string ClusterId { get; init; } = ClusterConnection.DefaultName;

    /// <summary><c>Cluster:ServiceId</c>. Default: <c>amviz</c>.</summary>
    public string ServiceId { get; init; } = ClusterConnection.DefaultName;

    /// <summary><c>Cluster:Tls</c>: folder with the certificates of the cluster; see <see cref="ClusterCertificates"/>.</summary>
    public string? Tls { get; init; }

    /// <summary><c>Cluster:ProbeSeconds</c>: see <see cref="MembershipTimings.Probe"/>.</summary>
    public int? ProbeSeconds { get; init; }

    /// <summary><c>Cluster:AliveSeconds</c>: see <see cref="MembershipTimings.Alive"/>.</summary>
    public int? AliveSeconds { get; init; }

    /// <summary><c>Cluster:LeaseSeconds</c>: the shortest lease, at least 1. Default: 60.</summary>
    public int? LeaseSeconds { get; init; }

    // The address may hold a password.
    private bool PrintMembers(System.Text.StringBuilder text)
    {
        text.Append(nameof(ClusterId)).Append(" = ").Append(ClusterId).Append(", ").Append(nameof(ServiceId)).Append(" = ").Append(ServiceId);
        return true;
    }
}
