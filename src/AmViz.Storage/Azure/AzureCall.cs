using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace AmViz.Storage;

/// <summary>What came of the tries of one call: the library tells of the last one only, and of none when time is up.</summary>
internal sealed class AzureCall
{
    /// <summary>A failure of which nothing more is known.</summary>
    public const string NoAnswer = "no answer";

    private static readonly AsyncLocal<AzureCall?> Current = new();

    private bool _repeated;

    /// <summary>Writes down every try; to be put into the pipeline of a client.</summary>
    public static HttpPipelinePolicy Watch { get; } = new Watcher();

    /// <summary>Requests that were sent.</summary>
    public int Tries { get; private set; }

    /// <summary>Whether the call under way was tried before: a try may have been carried out although no good answer to it came back.</summary>
    public static bool IsRepeated => Current.Value?._repeated ?? false;

    /// <summary>How the last try that failed ended; null if none did.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>Begins to watch what is sent from here on, by this flow of control only.</summary>
    public static AzureCall Begin() => Current.Value = new();

    private void Note(HttpMessage message)
    {
        if (message.HasResponse && message.Response.IsError)
        {
            message.Response.Headers.TryGetValue("x-ms-error-code", out var code);
            LastFailure = string.Create(CultureInfo.InvariantCulture, $"{message.Response.Status} {code ?? message.Response.ReasonPhrase}");
        }
    }

    // What the service said before it fell silent tells more than its silence.
    private void Note(Exception exception)
        => LastFailure = exception is not OperationCanceledException ? exception.Message.TrimEnd('.') : LastFailure ?? NoAnswer;

    private void Count()
    {
        // Whatever failed before this try was not taken for an answer.
        _repeated |= LastFailure is not null;
        Tries++;
    }

    private sealed class Watcher : HttpPipelinePolicy
    {
        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
            => throw new NotSupportedException("This store sends nothing synchronously.");

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            var call = Current.Value;
            call?.Count();
            try
            {
                await ProcessNextAsync(message, pipeline);
                call?.Note(message);
            }
            catch (Exception e)
            {
                call?.Note(e);
                throw;
            }
        }
    }
}
