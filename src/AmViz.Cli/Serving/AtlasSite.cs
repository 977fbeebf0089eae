using System.Text;
using AmViz.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;

namespace AmViz.Cli.Serving;

/// <summary>Serves an atlas folder, and the pictures out of the store that it shows: read only, and nothing else of either.</summary>
internal sealed class AtlasSite : IAsyncDisposable
{
    /// <summary>Where pages find the pictures of the store; see <see cref="Atlas.AtlasOptions.StoreAddress"/>.</summary>
    public const string StorePath = "store/";

    private const string Page = "index.html";

    // Their names change with their content.
    private static readonly string[] Unchanging = ["/sprites", "/photographs"];

    private readonly WebApplication _web;

    private AtlasSite(WebApplication web) => _web = web;

    /// <summary>The address to open.</summary>
    public Uri Address => new(_web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Begins to serve.</summary>
    /// <param name="folder">The atlas.</param>
    /// <param name="store">Where its pictures lie.</param>
    /// <param name="endpoint">Where to listen.</param>
    /// <param name="refresh">How often a page asks for news.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<AtlasSite> StartAsync(string folder, IBlobStore store, string endpoint, TimeSpan refresh, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls(endpoint);
        builder.Services.AddRoutingCore();
        var web = builder.Build();
        web.Use((context, next) =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers["Referrer-Policy"] = "no-referrer";
            context.Response.Headers.CacheControl = Unchanging.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal)) ? "public, max-age=31536000, immutable" : "no-cache";
            return next(context);
        });
        web.UseRouting();
        web.MapGet("/", context => AnswerPageAsync(context, folder, refresh));
        web.MapGet($"/{Page}", context => AnswerPageAsync(context, folder, refresh));
        web.MapGet($"/{StorePath}{{**path}}", context => AnswerPictureAsync(context, store));
        Directory.CreateDirectory(folder);
        web.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(Path.GetFullPath(folder)) });
        web.UseEndpoints(_ => { });
        await web.StartAsync(cancellationToken);
        return new(web);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _web.DisposeAsync();

    // The page itself does not know whether anything will change.
    private static async Task AnswerPageAsync(HttpContext context, string folder, TimeSpan refresh)
    {
        var page = await File.ReadAllTextAsync(Path.Combine(folder, Page), context.RequestAborted);
        var live = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"<meta name=\"amviz-live\" content=\"{refresh.TotalSeconds}\">\n<title>");
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(page.Replace("<title>", live, StringComparison.Ordinal), Encoding.UTF8, context.RequestAborted);
    }

    private static async Task AnswerPictureAsync(HttpContext context, IBlobStore store)
    {
        var isPicture = BlobPath.TryParse(context.Request.RouteValues["path"] as string, out var path)
            && path.Value.StartsWith(ResultLayout.Results, StringComparison.Ordinal) && path.Value.EndsWith(".png", StringComparison.Ordinal);
        if (!isPicture || await store.ReadAsync(path, context.RequestAborted) is not { } blob)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = "image/png";
        context.Response.ContentLength = blob.Content.Length;
        await context.Response.Body.WriteAsync(blob.Content, context.RequestAborted);
    }
}
