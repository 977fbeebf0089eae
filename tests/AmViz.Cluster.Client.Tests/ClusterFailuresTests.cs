using System.Net.Sockets;
using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Serialization;
using StackExchange.Redis;

namespace AmViz.Cluster.Client.Tests;

public sealed class ClusterFailuresTests
{
    public static TheoryData<Exception, bool> Failures => new()
    {
        { new TimeoutException(), true },
        { new SiloUnavailableException(), true },
        { new SocketException((int)SocketError.ConnectionRefused), true },
        { new StoreUnreachableException("folder:/data", "The disk is away."), true },
        { new StorageException("The blob is taken.") { CanRetry = true }, true },
        { new StorageException("The blob is damaged."), false },
        { new InvalidOperationException("wrapped", new TimeoutException()), true },
        { new RedisRemindersException("System.Threading.Tasks.TaskCanceledException: A task was canceled."), true },
        { new InvalidOperationException("a mistake"), false },
        { new InvalidOperationException("a mistake", new FormatException()), false },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public void ACallIsRepeatedOnlyAfterWhatMayPass(Exception failure, bool mayPass) => Assert.Equal(mayPass, ClusterFailures.MayPass(failure));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhetherTheStoreMayBeAskedAgainCrossesACall(bool canRetry)
    {
        using var services = new ServiceCollection().AddSerializer().Configure<ExceptionSerializationOptions>(RemoteExceptions.AllowAll).BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        var sent = new StorageException("The blob is taken.", new IOException("The disk is busy.")) { CanRetry = canRetry };

        var received = Assert.IsType<StorageException>(serializer.Deserialize<Exception>(serializer.SerializeToArray<Exception>(sent)));

        Assert.Equal((canRetry, sent.Message, sent.InnerException!.Message), (received.CanRetry, received.Message, received.InnerException?.Message));
    }

    [Fact]
    public async Task AConnectionThatIsClosedUnderACallMayPass()
    {
        var pipe = new System.IO.Pipelines.Pipe();
        await pipe.Reader.CompleteAsync();

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(async () => await pipe.Reader.ReadAsync(TestContext.Current.CancellationToken));

        Assert.True(ClusterFailures.MayPass(failure));
    }

    [Fact]
    public void TheCauseIsTheInnermostInOneSentence()
    {
        Assert.Equal("No coordinator answers.", ClusterFailures.Describe(new InvalidOperationException("outer", new TimeoutException("inner"))));
        Assert.Equal("Redis does not answer.", ClusterFailures.Describe(new RedisRemindersException("System.Threading.Tasks.TaskCanceledException: A task was canceled.")));
        Assert.Equal("The disk is full.", ClusterFailures.Describe(new IOException("The disk is full\nand a stack follows")));
        Assert.Equal(
            "Redis refuses the user or the password.",
            ClusterFailures.Describe(new InvalidOperationException("outer", new RedisConnectionException(ConnectionFailureType.AuthenticationFailure, "pages of advice"))));
    }

    /// <summary>Called like Orleans' own, of which clients have no type.</summary>
    private sealed class RedisRemindersException(string message) : Exception(message);
}
