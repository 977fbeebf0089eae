using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AmViz.TestKit;

/// <summary>An authority that certifies whatever a test asks for.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _root;

    /// <summary>Makes one.</summary>
    /// <param name="above">Who certifies it; null: it itself, as a root.</param>
    public TestAuthority(TestAuthority? above = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=test authority {Guid.NewGuid():N}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var (from, to) = (TimeProvider.System.GetUtcNow().AddYears(-2), TimeProvider.System.GetUtcNow().AddYears(2));
        _root = above is null ? request.CreateSelfSigned(from, to) : Certified(request, above, key);
    }

    /// <summary>Its own certificate, in PEM form.</summary>
    public string Pem => _root.ExportCertificatePem();

    /// <summary>Writes <c>tls.crt</c>, <c>tls.key</c> and <c>ca.crt</c> of a new certificate of this machine.</summary>
    /// <param name="folder">Where; made if it is missing.</param>
    /// <param name="authorities">What <c>ca.crt</c> holds; null: this authority.</param>
    /// <param name="expires">When the certificate expires; null: in a year.</param>
    /// <returns>The folder.</returns>
    public string Issue(string folder, string? authorities = null, DateTimeOffset? expires = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=amviz", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")], critical: false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(_root, TimeProvider.System.GetUtcNow().AddYears(-1), expires ?? TimeProvider.System.GetUtcNow().AddYears(1), Guid.NewGuid().ToByteArray());
        Directory.CreateDirectory(folder);
        Write(folder, "tls.crt", certificate.ExportCertificatePem());
        Write(folder, "tls.key", key.ExportPkcs8PrivateKeyPem());
        Write(folder, "ca.crt", authorities ?? Pem);
        return folder;
    }

    /// <inheritdoc/>
    public void Dispose() => _root.Dispose();

    private static X509Certificate2 Certified(CertificateRequest request, TestAuthority above, ECDsa key)
    {
        using var certificate = request.Create(above._root, new(above._root.NotBefore), new(above._root.NotAfter), Guid.NewGuid().ToByteArray());
        return certificate.CopyWithPrivateKey(key);
    }

    // Whole or not at all, as a mounted secret changes.
    private static void Write(string folder, string name, string text)
    {
        var part = Path.Combine(folder, $".{name}");
        File.WriteAllText(part, text);
        File.Move(part, Path.Combine(folder, name), overwrite: true);
    }
}
