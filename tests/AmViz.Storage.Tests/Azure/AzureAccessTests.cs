using AmViz.TestKit;
using Azure.Storage.Blobs;
using Azure.Storage.Sas;

namespace AmViz.Storage.Tests;

/// <summary>Rights, accounts and addresses: what is missing is named before hours of work.</summary>
public sealed class AzureAccessTests(AzuriteFixture azurite)
{
    private static readonly BlobPath Path = new("results/a.png");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AStoreThatIsNotThereReadsAsEmptyAndItsCheckSaysSo()
    {
        var options = azurite.Server.Options();
        var store = new AzureBlobStore(options);
        Assert.Empty(await store.ListAsync("", Token).ToListAsync(Token));
        var failure = await Assert.ThrowsAsync<StoreUnreachableException>(() => store.CheckAsync(StoreAccess.Read, Token));
        Assert.Contains($"There is no container '{options.Container}'", failure.Message, StringComparison.Ordinal);
        await store.CheckAsync(StoreAccess.Write, Token);
        await store.CheckAsync(StoreAccess.Read, Token);
    }

    [Theory]
    [InlineData(BlobContainerSasPermissions.Read | BlobContainerSasPermissions.List, StoreAccess.Write, "create and write (cw)")]
    [InlineData(BlobContainerSasPermissions.Read | BlobContainerSasPermissions.Write, StoreAccess.Write, "list (l)")]
    [InlineData(BlobContainerSasPermissions.List | BlobContainerSasPermissions.Write | BlobContainerSasPermissions.Create, StoreAccess.Write, "read (r)")]
    [InlineData(BlobContainerSasPermissions.Read | BlobContainerSasPermissions.List | BlobContainerSasPermissions.Write, StoreAccess.Write, "delete (d)")]
    [InlineData(BlobContainerSasPermissions.List, StoreAccess.Read, "read (r)")]
    public async Task AMissingRightIsNamed(BlobContainerSasPermissions granted, StoreAccess access, string missing)
    {
        var store = await WithSignature(granted, TimeSpan.FromHours(1));
        var failure = await Assert.ThrowsAsync<StoreUnreachableException>(() => store.CheckAsync(access, Token));
        Assert.Contains($"The right to {missing} is missing", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Storage Blob Data", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sig=", $"{failure}", StringComparison.Ordinal);
        Assert.False(failure.CanRetry);
    }

    [Fact]
    public async Task ASignatureThatMayReadListCreateWriteAndDeleteIsEnough()
    {
        var store = await WithSignature(
            BlobContainerSasPermissions.Read | BlobContainerSasPermissions.List | BlobContainerSasPermissions.Create | BlobContainerSasPermissions.Write
                | BlobContainerSasPermissions.Delete,
            TimeSpan.FromHours(1));
        await store.CheckAsync(StoreAccess.Write, Token);
        Assert.True(await store.CreateAsync(Path, "one"u8.ToArray(), Token));
        Assert.False(await store.CreateAsync(Path, "two"u8.ToArray(), Token));
        Assert.Equal([new BlobItem(Path, 3)], await store.ListAsync("", Token).ToListAsync(Token));
        Assert.True(await store.DeleteAsync(Path, Token));
    }

    [Fact]
    public async Task ASignatureThatHasExpiredIsToldAsThat()
    {
        var store = await WithSignature(BlobContainerSasPermissions.All, TimeSpan.FromHours(-1));
        var failure = await Assert.ThrowsAsync<StoreUnreachableException>(() => store.CheckAsync(StoreAccess.Read, Token));
        Assert.Contains("has expired", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://account.blob.core.windows.net?sv=2024-11-04&ss=b&srt=co&sp=rwl&se=2031-04-05T06%3A07%3A08Z&sig=s", null, "2031-04-05T06:07:08Z")]
    [InlineData("https://account.blob.core.windows.net/results?sv=2024-11-04&sr=c&sp=rwl&se=2031-04-05&sig=s", null, "2031-04-05T00:00:00Z")]
    [InlineData("https://account.blob.core.windows.net/results?sv=2024-11-04&sr=c&si=policy&sig=s", null, null)]
    [InlineData("https://account.blob.core.windows.net", null, null)]
    [InlineData(null, "BlobEndpoint=https://account.blob.core.windows.net/;SharedAccessSignature=sv=2024-11-04&ss=b&srt=co&sp=rwl&se=2031-04-05T06%3A07%3A08Z&sig=s%3D", "2031-04-05T06:07:08Z")]
    [InlineData(null, "DefaultEndpointsProtocol=https;AccountName=account;AccountKey=AAAA;EndpointSuffix=core.windows.net", null)]
    public void WhenTheSignatureExpiresIsReadFromTheAddress(string? account, string? connection, string? expires)
    {
        var store = new AzureBlobStore(new() { Container = "results", AccountUrl = account, ConnectionString = connection });
        Assert.Equal(expires is null ? null : DateTimeOffset.Parse(expires, System.Globalization.CultureInfo.InvariantCulture), store.AccessExpiration);
    }

    [Fact]
    public async Task AWrongKeyIsToldAsThat()
    {
        var wrong = Convert.ToBase64String(new byte[64]);
        var key = azurite.Server.ConnectionString.Split("AccountKey=")[1].Split(';')[0];
        var store = new AzureBlobStore(azurite.Server.Options() with { ConnectionString = azurite.Server.ConnectionString.Replace(key, wrong, StringComparison.Ordinal) });
        var failure = await Assert.ThrowsAsync<StoreUnreachableException>(() => store.CheckAsync(StoreAccess.Write, Token));
        Assert.Contains("the key or signature is wrong", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(wrong, $"{failure}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/account?sv=1&sig=s", "Check that 127.0.0.1:1 is up")]
    [InlineData("https://account.invalid?sv=1&sig=s", "there is no host 'account.invalid'")]
    public async Task AnAccountOutOfReachIsNamed(string account, string expected)
    {
        var store = new AzureBlobStore(new() { Container = "results", AccountUrl = account, FirstPause = TimeSpan.FromMilliseconds(1) });
        var failure = await Assert.ThrowsAsync<StoreUnreachableException>(() => store.CheckAsync(StoreAccess.Read, Token));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.True(failure.CanRetry);
    }

    [Fact]
    public async Task AnOlderServiceVersionIsSpokenWhenItIsAskedFor()
    {
        var spoken = "";
        var network = new FaultyNetwork((request, _) =>
        {
            spoken = request.Headers.GetValues("x-ms-version").Single();
            return null;
        });
        var store = new AzureBlobStore(azurite.Server.Options() with { ServiceVersion = "2024-11-04", Configure = network.Put });
        await store.CheckAsync(StoreAccess.Write, Token);
        Assert.Equal("2024-11-04", spoken);
    }

    [Theory]
    [InlineData("not the name of a container", "Results", "https://a.blob.core.windows.net", null)]
    [InlineData("not the name of a container", "a--b", "https://a.blob.core.windows.net", null)]
    [InlineData("neither a connection string nor", "results", null, null)]
    [InlineData("no absolute http", "results", "a.blob.core.windows.net", null)]
    [InlineData("of the container 'other'", "results", "https://a.blob.core.windows.net/other", null)]
    [InlineData("Tokens are sent over https only", "results", "http://127.0.0.1:10000/a", null)]
    [InlineData("not a service version", "results", "https://a.blob.core.windows.net", "2099-01-01")]
    public void WhatCannotBeUsedIsToldBeforeAnythingIsSent(string expected, string container, string? account, string? version)
    {
        var problem = Assert.Single(new AzureStoreOptions { Container = container, AccountUrl = account, ServiceVersion = version }.FindProblems());
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void AConnectionStringThatIsNoneIsNotRepeated()
    {
        var failure = Assert.Throws<ArgumentException>(() => new AzureBlobStore(new() { Container = "results", ConnectionString = "my-secret" }));
        Assert.Contains("The connection string cannot be read", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("my-secret", $"{failure}", StringComparison.Ordinal);
    }

    private async Task<AzureBlobStore> WithSignature(BlobContainerSasPermissions granted, TimeSpan life)
    {
        var options = azurite.Server.Options();
        var container = new BlobContainerClient(options.ConnectionString, options.Container);
        await container.CreateIfNotExistsAsync(cancellationToken: Token);
        return new(options with { ConnectionString = null, AccountUrl = container.GenerateSasUri(granted, TimeProvider.System.GetUtcNow() + life).AbsoluteUri });
    }
}
