namespace AmViz.StandIn;

/// <summary>The file by which kubectl and helm find the cluster.</summary>
internal static class Kubeconfig
{
    public static Task WriteAsync(string file, Uri address)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        return File.WriteAllTextAsync(file, $$"""
            apiVersion: v1
            kind: Config
            clusters:
              - name: stand-in
                cluster: {server: "{{address.AbsoluteUri.TrimEnd('/')}}"}
            users:
              - name: stand-in
                user: {}
            contexts:
              - name: stand-in
                context: {cluster: stand-in, user: stand-in, namespace: default}
            current-context: stand-in

            """);
    }
}
