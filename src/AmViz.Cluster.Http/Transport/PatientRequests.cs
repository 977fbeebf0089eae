using Polly;
using Polly.Retry;

namespace AmViz.Cluster.Http;

/// <summary>
/// Attempts to reach an API, repeated as it asks for (<c>Retry-After</c>), or with pauses that double from a quarter of a second to two, with jitter: those who lost it
/// together do not return together.
/// </summary>
internal static class PatientRequests
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>Repeats what may pass, as long as there is time left; the last attempt is when it has run out.</summary>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="left">How much time is left.</param>
    public static ResiliencePipeline While(TimeProvider time, Func<TimeSpan> left)
        => new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            Delay = FirstPause,
            MaxDelay = LongestPause,
            UseJitter = true,
            ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Exception is { } failure && ApiFailures.MayPass(failure) && left() > TimeSpan.Zero),
            DelayGenerator = attempt => ValueTask.FromResult(attempt.Outcome.Exception is ApiAwayException { RetryAfter: { } asked } ? Shorter(asked, left()) : (TimeSpan?)null),
        }).Build();

    private static TimeSpan? Shorter(TimeSpan asked, TimeSpan left) => asked < left ? asked : left;
}
