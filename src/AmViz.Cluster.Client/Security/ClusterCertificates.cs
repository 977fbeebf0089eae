using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace AmViz.Cluster.Client;

/// <summary>By what silos and clients of a cluster prove to each other that they belong to it: mutual TLS on both ports of Orleans.</summary>
/// <remarks>
/// A folder with <c>tls.crt</c>, <c>tls.key</c>, and <c>ca.crt</c> with every authority that is trusted. Whoever has a certificate of one of these belongs to the cluster; names do not
/// matter, since pods have none that last. So the authority must be the cluster's own. The files are read again when they change: what is connected stays, whoever connects
/// then sees the new ones.
/// </remarks>
public sealed class ClusterCertificates
{
    private readonly FileWatch<Certificates> _files;

    private ClusterCertificates(FileWatch<Certificates> files) => _files = files;

    /// <summary>Reads the folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="time">The clock: files are looked at again at most once a second. Certificates expire by the system's.</param>
    /// <param name="onTrouble">Told when changed files cannot be used.</param>
    /// <exception cref="ClusterCertificateException">A file is missing, or cannot be used.</exception>
    public static ClusterCertificates Open(string folder, TimeProvider time, Action<string> onTrouble)
    {
        var files = new TlsFolder(folder);
        return new(new([.. files.PairFiles, files.AuthoritiesFile], () => new(files.ReadPair(), files.ReadAuthorities()), time, onTrouble));
    }

    /// <summary>What this process shows to others.</summary>
    internal X509Certificate2 Own => _files.Current.Own;

    /// <summary>When nobody lets this process in any more, or it lets nobody in: its own certificate has expired, or the last authority.</summary>
    internal DateTimeOffset Expiration
    {
        get
        {
            var current = _files.Current;
            var authorities = current.Authorities.Max(authority => authority.NotAfter);
            return new(current.Own.NotAfter < authorities ? current.Own.NotAfter : authorities);
        }
    }

    /// <summary>Whether another process belongs to the cluster.</summary>
    /// <param name="certificate">What it shows.</param>
    /// <param name="sent">What else it sent, such as authorities in between.</param>
    internal bool Trusts(X509Certificate2 certificate, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(_files.Current.Authorities);
        chain.ChainPolicy.ExtraStore.AddRange(sent?.ChainPolicy.ExtraStore ?? []);
        return chain.Build(certificate);
    }

    /// <summary>Sets mutual TLS, of a silo or of a client.</summary>
    internal void Apply(TlsOptions tls)
    {
        // Both by a selector: a certificate that is set once is never changed again.
        tls.LocalServerCertificateSelector = (_, _) => Own;
        tls.LocalClientCertificateSelector = (_, _, _, _, _) => Own;
        tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.RemoteCertificateValidation = (certificate, chain, _) => Trusts(certificate, chain);
    }

    private sealed record Certificates(X509Certificate2 Own, X509Certificate2Collection Authorities);
}
