using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AmViz.Cluster.Client;

/// <summary>A folder as Kubernetes mounts a secret of kind <c>kubernetes.io/tls</c>: <c>tls.crt</c>, <c>tls.key</c> and, where it is wanted, <c>ca.crt</c>, in PEM form.</summary>
/// <param name="path">The folder.</param>
internal sealed class TlsFolder(string path)
{
    private const string CertificateName = "tls.crt";
    private const string KeyName = "tls.key";
    private const string AuthoritiesName = "ca.crt";

    /// <summary>Files of the certificate and its key.</summary>
    public IReadOnlyList<string> PairFiles => [At(CertificateName), At(KeyName)];

    /// <summary>File of the authorities.</summary>
    public string AuthoritiesFile => At(AuthoritiesName);

    /// <summary>Reads the certificate with its key.</summary>
    /// <exception cref="ClusterCertificateException">A file is missing, or cannot be used.</exception>
    public X509Certificate2 ReadPair() => Read([CertificateName, KeyName], () => X509Certificate2.CreateFromPemFile(At(CertificateName), At(KeyName)));

    /// <summary>Reads what else is in the file of the certificate: the authorities between it and one that is known, which are sent along.</summary>
    /// <exception cref="ClusterCertificateException">The file is missing, or cannot be used.</exception>
    public X509Certificate2Collection ReadIntermediates() => Read([CertificateName], () =>
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(At(CertificateName));
        certificates.RemoveAt(0);
        return certificates;
    });

    /// <summary>Reads the authorities; at least one.</summary>
    /// <exception cref="ClusterCertificateException">The file is missing, or cannot be used.</exception>
    public X509Certificate2Collection ReadAuthorities() => Read([AuthoritiesName], () =>
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(AuthoritiesFile);
        return authorities.Count > 0 ? authorities
            : throw new ClusterCertificateException($"{AuthoritiesName} in '{path}' holds no certificate. Expected those of the authorities that are trusted, in PEM form.");
    });

    private string At(string name) => Path.Combine(path, name);

    private T Read<T>(IReadOnlyList<string> names, Func<T> read)
    {
        if (names.FirstOrDefault(name => !File.Exists(At(name))) is { } missing)
        {
            throw new ClusterCertificateException($"There is no {missing} in '{path}'. Expected PEM files with the names that a secret of kind kubernetes.io/tls has: {CertificateName}, {KeyName} and, for the ports of a cluster, {AuthoritiesName}.");
        }

        try
        {
            return read();
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new ClusterCertificateException($"{string.Join(" and ", names)} in '{path}' cannot be used: {e.Message} Expected a certificate and its own key, not encrypted, in PEM form.", e);
        }
    }
}

/// <summary>Certificates cannot be used.</summary>
public sealed class ClusterCertificateException(string message, Exception? inner = null) : Exception(message, inner);
