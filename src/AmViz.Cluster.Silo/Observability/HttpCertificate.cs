using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using AmViz.Cluster.Client;

namespace AmViz.Cluster.Silo;

/// <summary>The certificate of a silo's HTTP port: <c>tls.crt</c>, with the authorities in between, and <c>tls.key</c> of a folder, read again when they change.</summary>
public sealed class HttpCertificate
{
    private readonly FileWatch<SslStreamCertificateContext> _files;

    private HttpCertificate(FileWatch<SslStreamCertificateContext> files) => _files = files;

    /// <summary>What is shown to whoever connects now.</summary>
    internal X509Certificate2 Current => _files.Current.TargetCertificate;

    /// <summary>When it expires.</summary>
    internal DateTimeOffset Expiration => new(Current.NotAfter);

    /// <summary>Reads the folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="time">The clock: files are looked at again at most once a second.</param>
    /// <param name="onTrouble">Told when changed files cannot be used.</param>
    /// <exception cref="ClusterCertificateException">A file is missing, or cannot be used.</exception>
    public static HttpCertificate Open(string folder, TimeProvider time, Action<string> onTrouble)
    {
        var files = new TlsFolder(folder);

        // Offline: what is missing in the chain is not asked for in the middle of a handshake.
        return new(new(files.PairFiles, () => SslStreamCertificateContext.Create(files.ReadPair(), files.ReadIntermediates(), offline: true), time, onTrouble));
    }

    /// <summary>Shows it to whoever connects.</summary>
    internal void Apply(SslServerAuthenticationOptions tls)
    {
        // A selector would come first, and sends no authorities.
        tls.ServerCertificateSelectionCallback = null;
        tls.ServerCertificateContext = _files.Current;
    }
}
