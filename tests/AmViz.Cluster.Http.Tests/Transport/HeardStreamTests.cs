using System.IO.Pipelines;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Http.Tests.Transport;

public sealed class HeardStreamTests
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly Pipe _pipe = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AStreamThatIsSilentForTooLongIsGivenUp()
    {
        var heard = 0;
        await using var stream = new HeardStream(_pipe.Reader.AsStream(), Silence, _time, () => heard++);
        var buffer = new byte[8];
        await _pipe.Writer.WriteAsync(new byte[] { 1 }, Token);
        Assert.Equal(1, await stream.ReadAsync(buffer, Token));
        var waiting = stream.ReadAsync(buffer, Token).AsTask();
        _time.Advance(Silence - TimeSpan.FromTicks(1));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        await Assert.ThrowsAsync<TimeoutException>(() => waiting);
        Assert.Equal(1, heard);
    }

    [Fact]
    public async Task EveryWordBeginsTheSilenceAnew()
    {
        await using var stream = new HeardStream(_pipe.Reader.AsStream(), Silence, _time, () => { });
        var buffer = new byte[8];
        for (var word = 0; word < 3; word++)
        {
            var waiting = stream.ReadAsync(buffer, Token).AsTask();
            _time.Advance(Silence / 2);
            await _pipe.Writer.WriteAsync(new byte[] { 1 }, Token);
            Assert.Equal(1, await waiting);
        }
    }
}
