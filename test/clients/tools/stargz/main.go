// stargz does with a registry what stargz-snapshotter does when a container reads files of a layer that is not pulled
// yet: it is that program's own code for eStargz and for fetching, without the file system in front.
//
//	stargz build TAR LAYER                             writes TAR as an eStargz layer
//	stargz read HOST REPOSITORY DIGEST USER PASSWORD   reads every second file, then the rest of the layer
//
// Both print one line of JSON.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"

	"github.com/containerd/containerd/v2/core/remotes/docker"
	"github.com/containerd/containerd/v2/pkg/reference"
	"github.com/containerd/stargz-snapshotter/cache"
	"github.com/containerd/stargz-snapshotter/estargz"
	"github.com/containerd/stargz-snapshotter/fs/config"
	"github.com/containerd/stargz-snapshotter/fs/remote"
	digest "github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// Of the file inside the layer and of what is fetched: small, so that a small layer has many.
const chunkBytes = 64 << 10

func main() {
	result, err := run(os.Args[1:])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(result)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "stargz:", err)
		os.Exit(1)
	}
}

func run(args []string) (any, error) {
	switch {
	case len(args) == 3 && args[0] == "build":
		return build(args[1], args[2])
	case len(args) == 6 && args[0] == "read":
		return read(args[1], args[2], digest.Digest(args[3]), args[4], args[5])
	default:
		return nil, errors.New("build TAR LAYER, or read HOST REPOSITORY DIGEST USER PASSWORD")
	}
}

type built struct {
	DiffID    digest.Digest `json:"diffId"`
	TOCDigest digest.Digest `json:"tocDigest"`
}

func build(from, to string) (*built, error) {
	tar, err := os.Open(from)
	if err != nil {
		return nil, err
	}
	defer tar.Close()
	stat, err := tar.Stat()
	if err != nil {
		return nil, err
	}
	blob, err := estargz.Build(io.NewSectionReader(tar, 0, stat.Size()), estargz.WithChunkSize(chunkBytes))
	if err != nil {
		return nil, err
	}
	defer blob.Close()
	layer, err := os.Create(to)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(layer, blob); err != nil {
		return nil, errors.Join(err, layer.Close())
	}
	return &built{DiffID: blob.DiffID(), TOCDigest: blob.TOCDigest()}, layer.Close()
}

type readOut struct {
	Size int64 `json:"size"`
	// How many bytes had come when the table of contents, every second file and everything had been read.
	Fetched []int64 `json:"fetched"`
	// sha256 of the files that were read on their own, and of all in the end.
	Some map[string]string `json:"some"`
	All  map[string]string `json:"all"`
}

func read(host, repository string, layer digest.Digest, user, password string) (*readOut, error) {
	spec, err := reference.Parse(host + "/" + repository + "@" + layer.String())
	if err != nil {
		return nil, err
	}
	authorizer := docker.NewDockerAuthorizer(docker.WithAuthCreds(func(string) (string, string, error) {
		return user, password, nil
	}))
	hosts := func(reference.Spec) ([]docker.RegistryHost, error) {
		return []docker.RegistryHost{{
			Client:       &http.Client{Transport: http.DefaultTransport},
			Authorizer:   authorizer,
			Host:         host,
			Scheme:       "http",
			Path:         "/v2",
			Capabilities: docker.HostCapabilityPull | docker.HostCapabilityResolve,
		}}, nil
	}
	resolver := remote.NewResolver(config.BlobConfig{ChunkSize: chunkBytes}, nil)
	blob, err := resolver.Resolve(context.Background(), hosts, spec, ocispec.Descriptor{Digest: layer},
		cache.NewMemoryCache())
	if err != nil {
		return nil, err
	}
	defer blob.Close()
	at := readerAt(func(p []byte, offset int64) (int, error) { return blob.ReadAt(p, offset) })
	files, err := estargz.Open(io.NewSectionReader(at, 0, blob.Size()))
	if err != nil {
		return nil, err
	}
	out := &readOut{Size: blob.Size(), Fetched: []int64{blob.FetchedSize()}}
	names := namesOf(files)
	var some []string
	for index, name := range names {
		if index%2 == 0 {
			some = append(some, name)
		}
	}
	if out.Some, err = sums(files, some); err != nil {
		return nil, err
	}
	out.Fetched = append(out.Fetched, blob.FetchedSize())
	// As the background fetch of the snapshotter does: one request for everything that lies between.
	if err := blob.Cache(0, blob.Size()); err != nil {
		return nil, err
	}
	out.Fetched = append(out.Fetched, blob.FetchedSize())
	out.All, err = sums(files, names)
	return out, err
}

type readerAt func(p []byte, offset int64) (int, error)

func (read readerAt) ReadAt(p []byte, offset int64) (int, error) { return read(p, offset) }

func namesOf(files *estargz.Reader) []string {
	root, _ := files.Lookup("")
	var names []string
	root.ForeachChild(func(name string, entry *estargz.TOCEntry) bool {
		if entry.Type == "reg" && name != estargz.NoPrefetchLandmark {
			names = append(names, name)
		}
		return true
	})
	slices.Sort(names)
	return names
}

func sums(files *estargz.Reader, names []string) (map[string]string, error) {
	found := map[string]string{}
	for _, name := range names {
		file, err := files.OpenFile(name)
		if err != nil {
			return nil, err
		}
		hash := sha256.New()
		if _, err := io.Copy(hash, file); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		found[name] = fmt.Sprintf("%x", hash.Sum(nil))
	}
	return found, nil
}
