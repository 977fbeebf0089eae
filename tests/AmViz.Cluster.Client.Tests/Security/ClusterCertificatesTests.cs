using AmViz.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Client.Tests.Security;

public sealed class ClusterCertificatesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly List<string> _troubles = [];

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public void OnlyWhoeverHasACertificateOfTheAuthorityBelongsToTheCluster()
    {
        using var foreign = new TestAuthority();
        var own = Open(_authority.Issue(_folder.At("own")));
        Assert.True(own.Trusts(Open(_authority.Issue(_folder.At("other"))).Own, sent: null));
        Assert.False(own.Trusts(Open(foreign.Issue(_folder.At("foreign"))).Own, sent: null));
        Assert.False(own.Trusts(Open(_authority.Issue(_folder.At("expired"), expires: TimeProvider.System.GetUtcNow().AddMinutes(-1))).Own, sent: null));
    }

    [Fact]
    public void TheyExpireWithTheCertificateOrWithTheLastAuthority()
    {
        var now = TimeProvider.System.GetUtcNow();
        var (soon, later) = (Open(_authority.Issue(_folder.At("soon"), expires: now.AddDays(5))), _authority.Issue(_folder.At("later"), expires: now.AddDays(30)));
        Assert.Equal(new(soon.Own.NotAfter), soon.Expiration);
        Assert.Equal(new(Open(later).Own.NotAfter), Open(later).Expiration);

        // One that goes as an authority, and lasts for less than what it is to certify; beside another it is not the last.
        var text = File.ReadAllText(_folder.At("soon", "tls.crt"));
        Assert.Equal(soon.Expiration, Open(_authority.Issue(_folder.At("later"), text, now.AddDays(30))).Expiration);
        Assert.InRange(Open(_authority.Issue(_folder.At("later"), $"{text}\n{_authority.Pem}", now.AddDays(30))).Expiration, now.AddDays(29), now.AddDays(31));
    }

    [Fact]
    public void ChangedFilesHoldWithinASecond()
    {
        using var next = new TestAuthority();
        var own = Open(_authority.Issue(_folder.At("own")));
        var (before, after) = (own.Own, Open(next.Issue(_folder.At("next"))).Own);
        Assert.False(own.Trusts(after, sent: null));

        Change(() => next.Issue(_folder.At("own"), _authority.Pem + "\n" + next.Pem));
        Assert.Same(before, own.Own);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEqual(before.Thumbprint, own.Own.Thumbprint);
        Assert.True(own.Trusts(before, sent: null));
        Assert.True(own.Trusts(after, sent: null));
    }

    [Theory]
    [InlineData("tls.crt", "nonsense")]
    [InlineData("tls.key", "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----")]
    [InlineData("ca.crt", "")]
    [InlineData("tls.key", null)]
    public void AChangeThatCannotBeReadIsToldOnceAndLeavesTheOldOnesInForce(string file, string? text)
    {
        var own = Open(_authority.Issue(_folder.At("own")));
        var before = own.Own;
        Change(() =>
        {
            if (text is null)
            {
                // Another key than that of the certificate.
                File.Copy(Path.Combine(_authority.Issue(_folder.At("other")), file), _folder.At("own", file), overwrite: true);
            }
            else
            {
                File.WriteAllText(_folder.At("own", file), text);
            }
        });
        for (var look = 0; look < 3; look++)
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            Assert.Same(before, own.Own);
        }

        Assert.Contains("Those that were read before stay in force.", Assert.Single(_troubles), StringComparison.Ordinal);
        Change(() => _authority.Issue(_folder.At("own")));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.NotEqual(before.Thumbprint, own.Own.Thumbprint);
    }

    [Theory]
    [InlineData("tls.crt")]
    [InlineData("tls.key")]
    [InlineData("ca.crt")]
    public void AMissingFileIsNamed(string file)
    {
        File.Delete(Path.Combine(_authority.Issue(_folder.At("own")), file));
        var error = Assert.Throws<ClusterCertificateException>(() => Open(_folder.At("own")));
        Assert.Contains($"There is no {file}", error.Message, StringComparison.Ordinal);
    }

    private ClusterCertificates Open(string folder) => ClusterCertificates.Open(folder, _clock, _troubles.Add);

    /// <summary>File times are coarse: what is changed gets a later one.</summary>
    private void Change(Action change)
    {
        var before = Directory.EnumerateFiles(_folder.At("own")).Max(File.GetLastWriteTimeUtc);
        change();
        foreach (var file in Directory.EnumerateFiles(_folder.At("own")))
        {
            File.SetLastWriteTimeUtc(file, before.AddSeconds(1));
        }
    }
}
