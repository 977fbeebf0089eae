using System.Security.Cryptography.X509Certificates;
using AmViz.Cluster.Client;

namespace AmViz.Cluster.Silo;

/// <summary>The certificate of a silo's HTTP port: <c>tls.crt</c> and <c>tls.key</c> of a folder, read again when they change.</summary>
public sealed class HttpCertificate
{
    private readonly FileWatch<X509Certificate2> _files;

    private HttpCertificate(FileWatch<X509Certificate2> files) => _files = files;

    /// <summary>What is shown to whoever connects now.</summary>
    internal X509Certificate2 Current => _files.Current;

    /// <summary>Reads the folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="time">The clock: files are looked at again at most once a second.</param>
    /// <param name="onTrouble">Told when changed files cannot be used.</param>
    /// <exception cref="ClusterCertificateException">A file is missing, or cannot be used.</exception>
    public static HttpCertificate Open(string folder, TimeProvider time, Action<string> onTrouble)
    {
        var files = new TlsFolder(folder);
        return new(new(files.PairFiles, files.ReadPair, time, onTrouble));
    }
}
