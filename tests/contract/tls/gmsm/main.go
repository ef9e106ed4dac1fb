// Program gmsm is a TLCP server by github.com/tjfoc/gmsm, written by others than the peers of the unit tests.
//
//	gmsm FOLDER MODE [SUITE ...]
//
// FOLDER holds sign.pem, sign.key, enc.pem, enc.key, ca.pem (and rsa.pem, rsa.key); MODE is tlcp, mutual or mixed; a SUITE
// is e011 or e013. It prints its port and ends when its standard input does.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/tjfoc/gmsm/gmtls"
	"github.com/tjfoc/gmsm/x509"
)

func pair(folder, certificate, key string) gmtls.Certificate {
	found, err := gmtls.LoadGMX509KeyPair(filepath.Join(folder, certificate), filepath.Join(folder, key))
	if err != nil {
		log.Fatal(certificate, ": ", err)
	}
	return found
}

func configuration(folder, mode string, suites []uint16) *gmtls.Config {
	sign, enc := pair(folder, "sign.pem", "sign.key"), pair(folder, "enc.pem", "enc.key")
	if mode == "mixed" {
		standard, err := gmtls.LoadX509KeyPair(filepath.Join(folder, "rsa.pem"), filepath.Join(folder, "rsa.key"))
		if err != nil {
			log.Fatal("rsa.pem: ", err)
		}
		found, err := gmtls.NewBasicAutoSwitchConfig(&sign, &enc, &standard)
		if err != nil {
			log.Fatal(err)
		}
		return found
	}
	found := &gmtls.Config{
		GMSupport:    gmtls.NewGMSupport(),
		Certificates: []gmtls.Certificate{sign, enc},
		CipherSuites: suites,
	}
	if mode == "mutual" {
		anchors := x509.NewCertPool()
		data, err := os.ReadFile(filepath.Join(folder, "ca.pem"))
		if err != nil || !anchors.AppendCertsFromPEM(data) {
			log.Fatal("ca.pem holds no certificate: ", err)
		}
		found.ClientAuth, found.ClientCAs = gmtls.RequireAndVerifyClientCert, anchors
	}
	return found
}

func serve(link net.Conn, config *gmtls.Config) {
	defer link.Close()
	defer func() {
		if found := recover(); found != nil { // gmsm 1.4.1 has the code point of e011 but no key exchange for it
			fmt.Fprintln(os.Stderr, "panic:", found)
		}
	}()
	_ = link.SetDeadline(time.Now().Add(10 * time.Second))
	secured := gmtls.Server(link, config)
	if err := secured.Handshake(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	_, _ = secured.Write([]byte("hello"))
	_, _ = secured.Read(make([]byte, 100))
	_ = secured.Close()
}

func main() {
	log.SetFlags(0)
	if len(os.Args) < 3 {
		log.Fatal("gmsm FOLDER MODE [SUITE ...]")
	}
	var suites []uint16
	for _, each := range os.Args[3:] {
		code, err := strconv.ParseUint(each, 16, 16)
		if err != nil {
			log.Fatal(err)
		}
		suites = append(suites, uint16(code))
	}
	config := configuration(os.Args[1], os.Args[2], suites)
	listening, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listening.Addr().(*net.TCPAddr).Port)
	go func() {
		for {
			link, err := listening.Accept()
			if err != nil {
				return
			}
			go serve(link, config)
		}
	}()
	_, _ = io.Copy(io.Discard, os.Stdin)
}
