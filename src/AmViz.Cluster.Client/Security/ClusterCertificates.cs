using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace AmViz.Cluster.Client;

/// <summary>By what silos and clients of a cluster prove to each other that they belong to it: mutual TLS on both ports of Orleans.</summary>
/// <remarks>
/// A folder as Kubernetes mounts a secret of kind <c>kubernetes.io/tls</c>: <c>tls.crt</c>, <c>tls.key</c>, and <c>ca.crt</c> with every authority that is trusted. Whoever has a
/// certificate of one of these belongs to the cluster; names do not matter, since pods have none that last. So the authority must be the cluster's own.
/// The files are read again when they change: what is connected stays, whoever connects then sees the new ones. A change that cannot be read leaves the old ones in force.
/// </remarks>
public sealed class ClusterCertificates
{
    private const string Certificate = "tls.crt";
    private const string Key = "tls.key";
    private const string Authorities = "ca.crt";

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly Action<string> _onTrouble;
    private readonly Lock _lock = new();
    private Files _files;
    private long _lookedAt;
    private DateTime _triedOf;

    private ClusterCertificates(string folder, TimeProvider time, Action<string> onTrouble)
    {
        (_folder, _time, _onTrouble) = (folder, time, onTrouble);
        (_triedOf, _lookedAt) = (LastChange(), time.GetTimestamp());
        _files = Load();
    }

    /// <summary>Reads the folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="time">The clock: it is looked at again at most once a second, and certificates expire by the system's.</param>
    /// <param name="onTrouble">Told when changed files cannot be used.</param>
    /// <exception cref="ClusterCertificateException">A file is missing, or cannot be used.</exception>
    public static ClusterCertificates Open(string folder, TimeProvider time, Action<string> onTrouble) => new(folder, time, onTrouble);

    /// <summary>What this process shows to others.</summary>
    internal X509Certificate2 Own => Current().Own;

    /// <summary>Whether another process belongs to the cluster.</summary>
    /// <param name="certificate">What it shows.</param>
    /// <param name="sent">What else it sent, such as authorities in between.</param>
    internal bool Trusts(X509Certificate2 certificate, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(Current().Authorities);
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

    private Files Current()
    {
        lock (_lock)
        {
            if (_time.GetElapsedTime(_lookedAt) >= LookInterval)
            {
                _lookedAt = _time.GetTimestamp();
                TryReload();
            }

            return _files;
        }
    }

    // Neither the certificates nor their keys are disposed of: a handshake that is under way may still use them.
    private void TryReload()
    {
        var changed = LastChange();
        if (changed == _triedOf)
        {
            return;
        }

        _triedOf = changed;
        try
        {
            _files = Load();
        }
        catch (ClusterCertificateException e)
        {
            _onTrouble($"{e.Message} Those that were read before stay in force.");
        }
    }

    /// <summary>Through links, since Kubernetes changes all files of a secret at once by changing one.</summary>
    private DateTime LastChange() => ((string[])[Certificate, Key, Authorities]).Max(name =>
    {
        var file = new FileInfo(Path.Combine(_folder, name));
        return ((file.Exists ? file.ResolveLinkTarget(returnFinalTarget: true) : null) ?? file).LastWriteTimeUtc;
    });

    private Files Load()
    {
        foreach (var name in (string[])[Certificate, Key, Authorities])
        {
            if (!File.Exists(Path.Combine(_folder, name)))
            {
                throw new ClusterCertificateException($"There is no {name} in '{_folder}'. Expected {Certificate}, {Key} and {Authorities}, each in PEM form, as in a secret of kind kubernetes.io/tls.");
            }
        }

        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(Path.Combine(_folder, Authorities));
            return authorities.Count > 0
                ? new(X509Certificate2.CreateFromPemFile(Path.Combine(_folder, Certificate), Path.Combine(_folder, Key)), authorities)
                : throw new ClusterCertificateException($"{Authorities} in '{_folder}' holds no certificate. Expected those of the authorities that are trusted, in PEM form.");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new ClusterCertificateException($"The certificates in '{_folder}' cannot be used: {e.Message} Expected a certificate and its own key, not encrypted, in PEM form.", e);
        }
    }

    private sealed record Files(X509Certificate2 Own, X509Certificate2Collection Authorities);
}

/// <summary>Certificates of a cluster cannot be used.</summary>
public sealed class ClusterCertificateException(string message, Exception? inner = null) : Exception(message, inner);
